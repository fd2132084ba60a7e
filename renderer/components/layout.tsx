import { type ReactNode, type Ref, useId } from 'react';
import styles from './layout.module.css';
import { shown } from './shown.ts';

/** The top of a screen: where one is, what it is about, what can be done. */
export const PageHead = (props: {
  above?: ReactNode;
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** The heading, where the focus can be put on it. */
  heading?: Ref<HTMLHeadingElement>;
}) => (
  <header className={styles.head}>
    <div className={styles.title}>
      {props.above && <div className="faint">{props.above}</div>}
      <h1 ref={props.heading} tabIndex={props.heading ? -1 : undefined}>
        {props.title}
      </h1>
      {props.about && <div className="quiet">{props.about}</div>}
    </div>
    {props.actions && <div className={styles.actions}>{props.actions}</div>}
  </header>
);

/** A part of a screen with a name. */
export const Card = (props: { title?: ReactNode; aside?: ReactNode; children: ReactNode; padded?: boolean }) => {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={props.title ? id : undefined}>
      {(props.title || props.aside) && (
        <header className={styles.cardHead}>
          {props.title && <h2 id={id}>{shown(props.title)}</h2>}
          {props.aside && <div className="faint">{props.aside}</div>}
        </header>
      )}
      <div className={props.padded ? styles.body : styles.scroll}>{props.children}</div>
    </section>
  );
};

/** What waits for a person is read first; where there is room it stands beside the rest. */
export const Desk = (props: {
  waiting: ReactNode;
  /** Whether anything waits: what says that nothing does comes last where there is no room. */
  waits: boolean;
  /** What stands below that. */
  beside: ReactNode;
  children: ReactNode;
}) => (
  <div className={styles.desk}>
    <div className={styles.waiting} data-waits={props.waits}>
      {props.waiting}
    </div>
    <Stack>{props.children}</Stack>
    <div className={styles.beside}>{props.beside}</div>
  </div>
);

export const Columns = ({ children }: { children: ReactNode }) => <div className={styles.columns}>{children}</div>;
export const Stack = ({ children }: { children: ReactNode }) => <div className={styles.stack}>{children}</div>;
export const Row = ({ children }: { children: ReactNode }) => <div className={styles.row}>{children}</div>;
export const Stats = ({ children }: { children: ReactNode }) => <div className={styles.stats}>{children}</div>;

/** One number and what it says. */
export const Stat = ({ value, children }: { value: string; children: ReactNode }) => (
  <div className={styles.stat}>
    <b>{value}</b>
    <span>{children}</span>
  </div>
);

/** What is known of one thing: `dt` and `dd` by turns. */
export const Facts = ({ children }: { children: ReactNode }) => <dl className={styles.facts}>{children}</dl>;

/** What can be done with the thing of a line, at its end. */
export const Acts = ({ wrap = false, children }: { wrap?: boolean; children: ReactNode }) => (
  <div className={styles.acts} data-wrap={wrap}>
    {children}
  </div>
);

/** The name of a thing that has a page of its own. */
export const NameLink = (props: { to: string; children: ReactNode; onFollow?: () => void }) => (
  <a href={props.to} className={styles.name} onClick={props.onFollow}>
    {props.children}
  </a>
);
