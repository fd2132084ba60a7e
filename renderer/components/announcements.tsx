import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { dismiss, useAnnouncements } from '../stores/announcements.ts';
import { words } from '../words/words.ts';
import styles from './announcements.module.css';
import { Button } from './button.tsx';

/** What was just done, in a corner and for the ear. */
export const Announcements = () => {
  const { list } = useAnnouncements();
  const region = useRef<HTMLElement>(null);
  const any = list.length > 0;
  // What lies over the frame leaves free what they take of the bottom of the window.
  useEffect(() => {
    const { current } = region;
    if (!any || current === null) return;
    const root = document.documentElement;
    const tell = () =>
      root.style.setProperty('--announced', `${Math.round(root.clientHeight - current.getBoundingClientRect().top)}px`);
    const observer = new ResizeObserver(tell);
    for (const each of [current, root]) observer.observe(each);
    return () => {
      observer.disconnect();
      root.style.removeProperty('--announced');
    };
  }, [any]);
  return (
    <section ref={region} className={styles.region} role="status" aria-live="polite" aria-label={words.announcements}>
      {list.map(({ id, text, tone, error }) => (
        <div key={id} className={styles.note} data-tone={tone}>
          {error ? (
            <div>
              <b>{text}</b>
              <div className="quiet">{error.guidance}</div>
              <span className="faint num">{error.code}</span>
            </div>
          ) : (
            <span>{text}</span>
          )}
          <Button look="icon" aria-label={words.dismiss} onPress={() => dismiss(id)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
    </section>
  );
};
