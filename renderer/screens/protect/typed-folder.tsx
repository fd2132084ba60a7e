import { type FormEvent, useState } from 'react';
import { asColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { call } from '../../stores/calls.ts';
import { useFirstWrong } from '../../stores/first-wrong.ts';
import { isWhole, type ShownPath, wholePath } from '../../stores/paths.ts';
import { isTicked } from '../../stores/protect-draft.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';

/** What keeps a path that was typed from being ticked, and the folder that it is. */
const folderAt = async (typed: string): Promise<{ readonly folder: ShownPath } | { readonly problem: string }> => {
  if (!isWhole(typed)) return { problem: words.typedNotWhole };
  try {
    const { path, pathBase64, error } = await call('place.list', {
      path: { path: typed },
      foldersOnly: true,
      limit: 1,
    });
    return error ? { problem: error.message } : { folder: { path, pathBase64 } };
  } catch (thrown) {
    return { problem: asColdframeError(thrown).message };
  }
};

/** A folder whose path is known is ticked without opening all that lies above it; one that is not there is not. */
export const TypedFolder = (props: { roots: readonly ShownPath[]; tick: (root: ShownPath) => void }) => {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [attempts, setAttempts] = useState(0);
  const form = useFirstWrong<HTMLFormElement>(attempts);
  const [looking, setLooking] = useState(false);
  const refuse = (why: string) => {
    setProblem(why);
    setAttempts((before) => before + 1);
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (looking || typed.trim() === '') return;
    setLooking(true);
    const found = await folderAt(typed.trim());
    setLooking(false);
    if ('problem' in found) return refuse(found.problem);
    if (isTicked(props.roots, wholePath(found.folder))) return refuse(words.typedAlready(printable(found.folder.path)));
    props.tick(found.folder);
    setTyped('');
  };
  return (
    <form ref={form} className={styles.typed} onSubmit={(event) => void add(event)}>
      <Field
        label={words.typedFolder}
        value={typed}
        onChange={(to) => {
          setTyped(to);
          setProblem(null);
        }}
        error={problem}
        mono
      />
      <Button type="submit" isDisabled={typed.trim() === ''} busy={looking}>
        {words.typedAdd}
      </Button>
    </form>
  );
};
