import { href } from '../stores/route.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

export const Brand = () => (
  <a className={styles.brand} href={href('overview')}>
    <svg viewBox="0 0 18 18" aria-hidden="true">
      <path className={styles.blue} d="M0 4a4 4 0 0 1 4-4h4v8H0zM10 10h8v4a4 4 0 0 1-4 4h-4z" />
      <path className={styles.green} d="M10 0h4a4 4 0 0 1 4 4v4h-8zM0 10h8v8H4a4 4 0 0 1-4-4z" />
    </svg>
    <span>{words.product}</span>
  </a>
);
