import { CircleAlert, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ColdframeError } from '../../shared/errors.ts';
import { printable } from '../../shared/model/printable.ts';
import { guidanceInWindow } from '../words/guidance.ts';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import styles from './notices.module.css';
import { shown } from './shown.ts';

type Shown = Pick<ColdframeError, 'message' | 'guidance'> & { readonly code: string };

/** What went wrong, where, what to do about it, its code, and a button when we can do it. */
export const ErrorCard = (props: { error: Shown; retry?: () => void; children?: ReactNode }) => (
  <div className={styles.notice} role="alert">
    <span className={styles.sign}>
      <CircleAlert aria-hidden />
    </span>
    <div>
      <b>{printable(props.error.message)}</b>
      <p className="quiet">{printable(guidanceInWindow(props.error))}</p>
      <div className={styles.foot}>
        {props.retry && <Button onPress={props.retry}>{words.retry}</Button>}
        {props.children}
        <span className="faint num">{props.error.code}</span>
      </div>
    </div>
  </div>
);

/** Something to look at, with a way to see to it. */
export const Notice = (props: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  tone?: 'warn' | 'bad';
}) => (
  <div className={styles.notice} data-tone={props.tone ?? 'warn'}>
    <span className={styles.sign}>
      <TriangleAlert aria-hidden />
    </span>
    <div>
      <b>{shown(props.title)}</b>
      {props.children && <div className="quiet">{shown(props.children)}</div>}
      {props.actions && <div className={styles.foot}>{props.actions}</div>}
    </div>
  </div>
);

/** Nothing here yet: says what would be here and how to get there. */
export const EmptyState = (props: { icon: LucideIcon; title: string; children: ReactNode; action?: ReactNode }) => (
  <div className={styles.empty}>
    <props.icon aria-hidden />
    <h2>{props.title}</h2>
    <p>{props.children}</p>
    {props.action}
  </div>
);

export const Loading = ({ children = words.loading }: { children?: ReactNode }) => (
  <p className={styles.loading} role="status">
    {children}
  </p>
);
