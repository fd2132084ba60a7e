import { type ReactNode, type Ref, useState } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import { said } from '../stores/said.ts';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'danger' | 'ghost' | 'icon';

const lookOf = (look: Look): string =>
  [styles.button, look === 'icon' ? `${styles.ghost} ${styles.icon}` : look === 'plain' ? '' : styles[look]].join(' ');

interface PressProps extends Omit<ButtonProps, 'className' | 'isPending' | 'onPress'> {
  readonly look?: Look;
  /** What it was pressed for is under way: it does nothing meanwhile, and keeps the focus, which a disabled one loses. */
  readonly busy?: boolean;
  /** What it does. Where that is a promise it is busy until it is settled, so that a second press starts nothing twice, and says why it was rejected. */
  readonly onPress?: () => unknown;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** What does something. */
export const Button = ({ look = 'plain', busy = false, onPress, ...props }: PressProps) => {
  const [working, setWorking] = useState(false);
  const press = (): void => {
    const done = onPress?.();
    if (!(done instanceof Promise)) return;
    setWorking(true);
    void done.catch(said).finally(() => setWorking(false));
  };
  return (
    <AriaButton
      {...props}
      {...(busy || working ? { 'aria-disabled': true, 'data-busy': '' } : onPress && { onPress: press })}
      className={lookOf(look)}
    />
  );
};

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
