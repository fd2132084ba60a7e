import { ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { words as common } from '../words/words.ts';
import styles from './select.module.css';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly hideLabel?: boolean;
  readonly bare?: boolean;
}

/** One of many, from a list that opens. */
export const Select = <T extends string>(props: SelectProps<T>) => (
  <AriaSelect
    className={styles.select}
    value={props.value}
    placeholder={common.choose}
    onChange={(key) => key !== null && props.onChange(key as T)}
  >
    <Label className={props.hideLabel ? 'hidden' : styles.label}>{props.label}</Label>
    <Button className={props.bare ? `${styles.button} ${styles.bare}` : styles.button}>
      <SelectValue className="clip" />
      <ChevronDown aria-hidden />
    </Button>
    <Popover className={styles.popover}>
      <ListBox className={styles.list}>
        {props.options.map(({ value, title }) => (
          <ListBoxItem key={value} id={value} className={styles.item} textValue={title}>
            {title}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </AriaSelect>
);
