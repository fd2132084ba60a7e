import { ArrowRight, ChevronDown, ChevronUp } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { bySet, emptyBasket, useBasket } from '../../stores/basket.ts';
import { totalOf, useWeights } from '../../stores/basket-weights.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { BasketList } from './basket-list.tsx';
import styles from './restore.module.css';
import { RestoreReview } from './restore-review.tsx';

/** What was ticked, always in view: how much it is, and on demand each of it. */
export const Basket = () => {
  const { items } = useBasket();
  const weights = useWeights(items);
  const [reviewing, setReviewing] = useState(false);
  const [open, setOpen] = useState(false);
  const [title, list] = [useId(), useId()];
  if (items.length === 0) return null;
  return (
    <section className={styles.basket} aria-labelledby={title}>
      {open && <BasketList id={list} items={items} weights={weights} />}
      <div className={styles.basketLine}>
        <b id={title} role="status">
          {words.basket(items.length, totalOf(weights))}
        </b>
        <span className="quiet">{words.moments(bySet(items).length)}</span>
        <Button
          look="ghost"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          onPress={() => setOpen(!open)}
        >
          {open ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />} {words.showBasket(open)}
        </Button>
        <Button look="ghost" onPress={emptyBasket}>
          {words.clear}
        </Button>
        <Button look="primary" onPress={() => setReviewing(true)}>
          {words.next('where')} <ArrowRight aria-hidden />
        </Button>
      </div>
      {reviewing && <RestoreReview items={items} close={() => setReviewing(false)} />}
    </section>
  );
};
