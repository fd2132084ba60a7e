import type { ReactNode } from 'react';
import styles from './fold.module.css';

/** What is seldom needed, folded away. */
export const Fold = ({ title, children }: { title: string; children: ReactNode }) => (
  <details className={styles.fold}>
    <summary>{title}</summary>
    <div className={styles.inside}>{children}</div>
  </details>
);
