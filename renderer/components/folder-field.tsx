import { useState } from 'react';
import { asColdframeError } from '../../shared/errors.ts';
import { announce } from '../stores/announcements.ts';
import { useDesktop } from '../stores/desktop.ts';
import { parentOf } from '../stores/paths.ts';
import { askDesktop } from '../transport/desktop.ts';
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
  /** An image file or a block device instead of a folder. */
  readonly files?: boolean;
}

/** A folder on the machine of the console: typed, or chosen by looking around there, in the desktop with the system's dialog. */
export const FolderField = ({ files = false, ...props }: FolderFieldProps) => {
  const [browsing, setBrowsing] = useState(false);
  const bridge = useDesktop((state) => state.bridge);
  const start = props.value.startsWith('/') ? (files ? parentOf(props.value) : props.value) : null;
  const browse = async () => {
    // The system's dialog of the desktop chooses folders alone.
    if (!bridge || files) return setBrowsing(true);
    try {
      const chosen = await askDesktop(bridge, 'folder.choose', { title: words.title, start });
      if (chosen !== null) props.onChange(chosen);
    } catch (thrown) {
      announce(asColdframeError(thrown).message, 'bad');
    }
  };
  return (
    <div className={styles.field}>
      <Field {...props} mono />
      <div className={styles.browse}>
        <Button onPress={() => void browse()}>{words.browse}</Button>
      </div>
      {browsing && (
        <FolderDialog
          start={start}
          files={files}
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
