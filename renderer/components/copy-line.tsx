import { Copy } from 'lucide-react';
import { announce } from '../stores/announcements.ts';
import { volumesWords as words } from '../words/volumes.ts';
import { Button } from './button.tsx';
import styles from './copy-line.module.css';

interface CopyProps {
  readonly text: string;
  /** What it is, for the confirmation that is shown and read out. */
  readonly what: string;
  /** What the button is called. */
  readonly label: string;
}

const copy = async ({ text, what }: CopyProps): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
    announce(words.copied(what), 'good');
  } catch {
    announce(words.copyFailed, 'bad');
  }
};

const CopyButton = (props: CopyProps) => (
  <Button look="icon" aria-label={props.label} onPress={() => copy(props)}>
    <Copy aria-hidden />
  </Button>
);

/** A line to be copied whole: by its button, or by a click into it. */
export const CopyLine = (props: CopyProps) => (
  <div className={styles.line}>
    <code className={styles.text}>{props.text}</code>
    <CopyButton {...props} />
  </div>
);

/** A name in running text, with a button that copies it. */
export const CopyName = (props: CopyProps) => (
  <span className={styles.name}>
    <span className="num">{props.text}</span>
    <CopyButton {...props} />
  </span>
);
