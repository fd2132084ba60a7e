import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'danger' | 'ghost' | 'icon';

const lookOf = (look: Look): string =>
  [styles.button, look === 'icon' ? `${styles.ghost} ${styles.icon}` : look === 'plain' ? '' : styles[look]].join(' ');

interface PressProps extends Omit<ButtonProps, 'className' | 'isPending'> {
  readonly look?: Look;
  /** What it was pressed for is under way: it does nothing meanwhile, and keeps the focus, which a disabled one loses. */
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** What does something. */
export const Button = ({ look = 'plain', busy = false, onPress, ...props }: PressProps) => (
  <AriaButton
    {...props}
    {...(busy ? { 'aria-disabled': true, 'data-busy': '' } : onPress && { onPress })}
    className={lookOf(look)}
  />
);

interface LinkProps {
  readonly look?: Look;
  readonly to: string;
  /** What it is called where several say the same. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** What goes somewhere, in the shape of a button. */
export const ButtonLink = ({ look = 'plain', to, label, children }: LinkProps) => (
  <a href={to} className={lookOf(look)} aria-label={label}>
    {children}
  </a>
);
