import { useState } from 'react';
import { call } from '../stores/calls.ts';
import { useDesktop } from '../stores/desktop.ts';
import { parentOf, pathBelow } from '../stores/paths.ts';
import { said } from '../stores/said.ts';
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
  readonly onLeave?: () => void;
  readonly error?: string | null;
  readonly help?: string;
  /** An image file or a block device instead of a folder. */
  readonly files?: boolean;
  /** What is chosen is made when it is not there yet. */
  readonly creates?: boolean;
}

/** The system's dialog opens where there is something to see. */
const nearest = async (start: string | null): Promise<{ from: string | null; missing: string }> => {
  if (start === null) return { from: null, missing: '' };
  const found = await call('place.list', { path: { path: start }, nearest: true, limit: 1 });
  return { from: found.path, missing: found.missing ?? '' };
};

/** The system's dialog cannot ask for a name: one that was typed goes into a folder with things of somebody's in it, not into an empty one. */
const placeFor = async (folder: string, missing: string): Promise<string> => {
  const { total, vault } = await call('place.list', { path: { path: folder }, hidden: true, limit: 1 });
  return total === 0 || vault ? folder : pathBelow(folder, missing);
};

/** A folder on the machine of the console: typed, or chosen by looking around there, in the desktop with the system's dialog. */
export const FolderField = ({ files = false, creates = false, ...props }: FolderFieldProps) => {
  const [browsing, setBrowsing] = useState(false);
  const bridge = useDesktop((state) => state.bridge);
  const start = props.value.startsWith('/') ? (files ? parentOf(props.value) : props.value) : null;
  const browse = async () => {
    // The system's dialog of the desktop chooses folders alone.
    if (!bridge || files) return setBrowsing(true);
    try {
      const { from, missing } = await nearest(start);
      const chosen = await askDesktop(bridge, 'folder.choose', { title: words.title, start: from });
      if (chosen !== null) props.onChange(creates ? await placeFor(chosen, missing) : chosen);
    } catch (thrown) {
      said(thrown);
    }
  };
  return (
    <div className={styles.field}>
      <Field {...props} mono />
      <div className={styles.browse}>
        <Button onPress={() => browse()}>{words.browse}</Button>
      </div>
      {browsing && (
        <FolderDialog
          start={start}
          files={files}
          creates={creates}
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
