import { useState } from 'react';
import { placesWords as words } from '../words/places.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { FolderDialog } from './folder-dialog.tsx';
import styles from './folder-field.module.css';

interface FolderFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly error?: string | null;
  readonly help?: string;
}

/** A folder on the machine of the console: typed, or chosen by looking around there. */
export const FolderField = (props: FolderFieldProps) => {
  const [browsing, setBrowsing] = useState(false);
  return (
    <div className={styles.field}>
      <Field {...props} mono />
      <div className={styles.browse}>
        <Button onPress={() => setBrowsing(true)}>{words.browse}</Button>
      </div>
      {browsing && (
        <FolderDialog
          start={props.value.startsWith('/') ? props.value : null}
          close={() => setBrowsing(false)}
          choose={(path) => {
            props.onChange(path);
            setBrowsing(false);
          }}
        />
      )}
    </div>
  );
};
