import { ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Text } from 'react-aria-components/Text';
import fields from './field.module.css';
import styles from './select.module.css';

interface SearchSelectProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  readonly options: readonly string[];
  readonly help?: string | undefined;
  readonly error?: string | null;
}

const plain = (text: string): string => text.toLowerCase().replace(/[_/]/g, ' ');

/** One of very many, found by typing a part of it. What is left half typed goes back to what was chosen. */
export const SearchSelect = ({ label, value, onChange, options, help, error }: SearchSelectProps) => (
  <ComboBox
    className={fields.field}
    value={value}
    onChange={(key) => key !== null && onChange(String(key))}
    defaultFilter={(text, typed) => plain(text).includes(plain(typed))}
    isInvalid={Boolean(error)}
  >
    <Label className={fields.label}>{label}</Label>
    <div className={styles.search}>
      <Input className={fields.input} spellCheck="false" onFocus={(event) => event.currentTarget.select()} />
      <Button className={styles.opener}>
        <ChevronDown aria-hidden />
      </Button>
    </div>
    {help && (
      <Text slot="description" className={fields.help}>
        {help}
      </Text>
    )}
    <FieldError className={fields.error}>{error}</FieldError>
    <Popover className={styles.popover}>
      <ListBox className={styles.list}>
        {options.map((option) => (
          <ListBoxItem key={option} id={option} className={styles.item} textValue={option}>
            {option}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </ComboBox>
);
