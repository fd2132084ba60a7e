import { X } from 'lucide-react';
import { dismiss, useAnnouncements } from '../stores/announcements.ts';
import { words } from '../words/words.ts';
import styles from './announcements.module.css';
import { Button } from './button.tsx';

/** What was just done, in a corner and for the ear. */
export const Announcements = () => {
  const { list } = useAnnouncements();
  return (
    <section className={styles.region} role="status" aria-live="polite" aria-label={words.announcements}>
      {list.map(({ id, text, tone }) => (
        <div key={id} className={styles.note} data-tone={tone}>
          <span>{text}</span>
          <Button look="icon" aria-label={words.dismiss} onPress={() => dismiss(id)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
    </section>
  );
};
