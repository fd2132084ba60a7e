import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whoever typed goes elsewhere. */
  readonly onLeave?: () => void;
  /** What is wrong with the value, said where it stands; null: nothing. */
  readonly error?: string | null;
  readonly help?: ReactNode;
  readonly type?: 'text' | 'password' | 'date' | 'month';
  /** The earliest and the latest of a day or month. */
  readonly min?: string;
  readonly max?: string;
  readonly mono?: boolean;
  readonly autoFocus?: boolean;
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
}

/** One line of text. */
export const Field = (props: FieldProps) => (
  <TextField
    className={styles.field}
    value={props.value}
    onChange={props.onChange}
    onBlur={() => props.onLeave?.()}
    isInvalid={Boolean(props.error)}
    type={props.type ?? 'text'}
    autoFocus={props.autoFocus ?? false}
    autoComplete="off"
    spellCheck="false"
  >
    <Label className={props.hideLabel ? 'hidden' : styles.label}>{props.label}</Label>
    <Input
      className={props.mono ? `${styles.input} ${styles.mono}` : styles.input}
      placeholder={props.placeholder ?? ''}
      min={props.min}
      max={props.max}
    />
    {props.help && (
      <Text slot="description" className={styles.help}>
        {props.help}
      </Text>
    )}
    <FieldError className={styles.error}>{props.error}</FieldError>
  </TextField>
);

interface TickProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children?: ReactNode;
  readonly label?: string;
  readonly partly?: boolean;
  readonly disabled?: boolean;
}

/** A tick; `label` names it where no text stands beside it. */
export const Tick = (props: TickProps) => (
  <Checkbox
    className={styles.check}
    isSelected={props.checked}
    isIndeterminate={props.partly ?? false}
    isDisabled={props.disabled ?? false}
    onChange={props.onChange}
    aria-label={props.label}
  >
    <span className={styles.box}>{props.partly ? <Minus aria-hidden /> : <Check aria-hidden />}</span>
    {props.children}
  </Checkbox>
);

interface ChoicesProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly choices: readonly { readonly value: T; readonly title: string; readonly about?: ReactNode }[];
  readonly hideLabel?: boolean;
}

/** One of a few, each with a sentence on what it means. */
export const Choices = <T extends string>(props: ChoicesProps<T>) => (
  <RadioGroup className={styles.choices} value={props.value} onChange={(value) => props.onChange(value as T)}>
    <Label className={props.hideLabel ? 'hidden' : styles.label}>{props.label}</Label>
    {props.choices.map(({ value, title, about }) => (
      <Radio key={value} value={value} className={styles.choice}>
        <span className={styles.dot} />
        <span>
          <b>{title}</b>
          {about && <div className="quiet">{about}</div>}
        </span>
      </Radio>
    ))}
  </RadioGroup>
);

/** One of a few short words, side by side. */
export const Segments = <T extends string>(props: ChoicesProps<T>) => (
  <RadioGroup
    className={styles.field}
    orientation="horizontal"
    value={props.value}
    onChange={(value) => props.onChange(value as T)}
  >
    <Label className={props.hideLabel ? 'hidden' : styles.label}>{props.label}</Label>
    <div className={styles.segments}>
      {props.choices.map(({ value, title }) => (
        <Radio key={value} value={value} className={styles.segment}>
          {title}
        </Radio>
      ))}
    </div>
  </RadioGroup>
);

interface TicksProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  readonly onChange: (values: T[]) => void;
  readonly choices: readonly { readonly value: T; readonly title: string }[];
}

/** Several of a few short words, side by side. */
export const Ticks = <T extends string>({ label, values, onChange, choices }: TicksProps<T>) => (
  <CheckboxGroup className={styles.field} value={[...values]} onChange={(chosen) => onChange(chosen as T[])}>
    <Label className={styles.label}>{label}</Label>
    <div className={styles.ticks}>
      {choices.map(({ value, title }) => (
        <Checkbox key={value} value={value} className={styles.check}>
          <span className={styles.box}>
            <Check aria-hidden />
          </span>
          {title}
        </Checkbox>
      ))}
    </div>
  </CheckboxGroup>
);
