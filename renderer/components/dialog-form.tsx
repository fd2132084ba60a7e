import type { ReactNode } from 'react';
import type { ColdframeError } from '../../shared/errors.ts';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './dialog-form.module.css';
import { ErrorCard } from './notices.tsx';

interface DialogFormProps {
  readonly title: string;
  readonly close: () => void;
  readonly submit: () => void;
  /** What the button says that submits it, */
  readonly action: string;
  /** and what it says while that is under way. */
  readonly working: string | false;
  /** What was refused, unless a field says so itself. */
  readonly error?: ColdframeError | null;
  /** What the button says that closes it. */
  readonly cancel?: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A form above the screen, with its two buttons always in view. Enter in a field submits it. */
export const DialogForm = (props: DialogFormProps) => (
  <Dialog title={props.title} close={props.close} wide={props.wide ?? false}>
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        props.submit();
      }}
    >
      {props.children}
      {props.error && <ErrorCard error={props.error} />}
      <div className={styles.foot}>
        <Button onPress={props.close}>{props.cancel ?? words.cancel}</Button>
        <Button look="primary" type="submit" isDisabled={props.working !== false}>
          {props.working === false ? props.action : props.working}
        </Button>
      </div>
    </form>
  </Dialog>
);

/** Fields side by side, as long as there is room. */
export const Pair = ({ children }: { children: ReactNode }) => <div className={styles.pair}>{children}</div>;

/** A field that has no place of its own for what is wrong with it, or for help. */
export const Choice = (props: { children: ReactNode; help?: ReactNode; error?: string | null }) => (
  <div className={styles.choice}>
    {props.children}
    {props.help && <span className="second">{props.help}</span>}
    {props.error && (
      <p className={styles.wrong} role="alert">
        {props.error}
      </p>
    )}
  </div>
);

/** Several fields under one heading. */
export const Group = (props: { title: string; error?: string | null; children: ReactNode }) => (
  <fieldset className={styles.group}>
    <legend>{props.title}</legend>
    {props.children}
    {props.error && (
      <p className={styles.wrong} role="alert">
        {props.error}
      </p>
    )}
  </fieldset>
);
