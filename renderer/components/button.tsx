import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'danger' | 'ghost' | 'icon';

const lookOf = (look: Look): string =>
  [styles.button, look === 'icon' ? `${styles.ghost} ${styles.icon}` : look === 'plain' ? '' : styles[look]].join(' ');

/** What does something. */
export const Button = ({ look = 'plain', ...props }: Omit<ButtonProps, 'className'> & { look?: Look }) => (
  <AriaButton {...props} className={lookOf(look)} />
);

/** What goes somewhere, in the shape of a button. */
export const ButtonLink = ({ look = 'plain', to, children }: { look?: Look; to: string; children: ReactNode }) => (
  <a href={to} className={lookOf(look)}>
    {children}
  </a>
);
