import { type ReactNode, useId, useState } from 'react';
import type { ColdframeError } from '../../shared/errors.ts';
import { useFirstWrong } from '../stores/first-wrong.ts';
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
  /** What the form comes to: beside it and always in view, as long as there is room; else below it. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A form above the screen, with its two buttons always in view. Enter in a field submits it; what is wrong then has the focus. */
export const DialogForm = (props: DialogFormProps) => (
  <Dialog title={props.title} close={props.close} wide={props.wide ?? false} double={props.aside !== undefined}>
    <Form {...props} />
  </Dialog>
);

const Form = (props: DialogFormProps) => {
  const [attempts, setAttempts] = useState(0);
  const form = useFirstWrong<HTMLFormElement>(`${attempts} ${props.working}`);
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (props.working !== false) return;
        setAttempts(attempts + 1);
        props.submit();
      }}
    >
      {props.aside === undefined ? (
        props.children
      ) : (
        <div className={styles.double}>
          <div className={styles.form}>{props.children}</div>
          <div className={styles.aside}>{props.aside}</div>
        </div>
      )}
      {props.error && <ErrorCard error={props.error} />}
      <div className={styles.foot}>
        <Button onPress={props.close}>{props.cancel ?? words.cancel}</Button>
        <Button look="primary" type="submit" busy={props.working !== false}>
          {props.working === false ? props.action : props.working}
        </Button>
      </div>
    </form>
  );
};

/** Fields side by side, as long as there is room. */
export const Pair = ({ children }: { children: ReactNode }) => <div className={styles.pair}>{children}</div>;

interface WrongProps {
  readonly children: ReactNode;
  /** What is wrong, said where it stands. */
  readonly error?: string | null;
}

/** Something with what is wrong with it below it: read out with the group when the focus comes into it. */
const Wrongable = ({
  as: As,
  className,
  ...props
}: WrongProps & { as: 'div' | 'fieldset'; className: string | undefined }) => {
  const id = useId();
  const wrong = props.error ? { 'aria-describedby': id, 'data-wrong': '', tabIndex: -1 } : {};
  return (
    <As className={className} {...(As === 'div' && props.error ? { role: 'group' } : {})} {...wrong}>
      {props.children}
      {props.error && (
        <p className={styles.wrong} role="alert" id={id}>
          {props.error}
        </p>
      )}
    </As>
  );
};

/** A field that has no place of its own for what is wrong with it, or for help. */
export const Choice = ({ children, help, error = null }: WrongProps & { readonly help?: ReactNode }) => (
  <Wrongable as="div" className={styles.choice} error={error}>
    {children}
    {help && <span className="second">{help}</span>}
  </Wrongable>
);

/** Several fields under one heading. */
export const Group = ({ title, children, error = null }: WrongProps & { readonly title: string }) => (
  <Wrongable as="fieldset" className={styles.group} error={error}>
    <legend>{title}</legend>
    {children}
  </Wrongable>
);
