import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { go, href, useRoute } from '../stores/route.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** The search that is always there. */
export const SearchBox = () => {
  const box = useRef<HTMLInputElement>(null);
  const { screen, query } = useRoute();
  const [writing, setWriting] = useState(false);
  const [typed, setTyped] = useState(screen === 'search' ? (query.q ?? '') : '');
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  return (
    <search>
      <form
        className={styles.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim()) go(href('search', null, { q: typed.trim() }));
        }}
      >
        <Search aria-hidden />
        <input
          ref={box}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={() => setWriting(true)}
          onBlur={() => setWriting(false)}
          placeholder={words.search.label}
          aria-label={words.search.label}
          aria-keyshortcuts="Control+K"
        />
        <kbd aria-hidden>{writing && typed.trim() ? words.search.start : words.search.key}</kbd>
      </form>
    </search>
  );
};
