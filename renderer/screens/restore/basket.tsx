import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { bySet, emptyBasket, useBasket } from '../../stores/basket.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './restore.module.css';
import { RestoreReview } from './restore-review.tsx';

/** What was ticked, always in view. */
export const Basket = () => {
  const { items } = useBasket();
  const [reviewing, setReviewing] = useState(false);
  if (items.length === 0) return null;
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  return (
    <section className={styles.basket} aria-live="polite">
      <b>
        {words.basket(
          items.length,
          format.bytes(bytes),
          items.some(({ type }) => type === 'dir'),
        )}
      </b>
      <span className="quiet">{words.moments(bySet(items).length)}</span>
      <Button look="ghost" onPress={emptyBasket}>
        {words.clear}
      </Button>
      <Button look="primary" onPress={() => setReviewing(true)}>
        {words.next('where')} <ArrowRight aria-hidden />
      </Button>
      {reviewing && <RestoreReview items={items} close={() => setReviewing(false)} />}
    </section>
  );
};
