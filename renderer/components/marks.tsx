import { Ban, CircleAlert, CircleCheck, CircleDashed, CirclePlay, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './marks.module.css';

/** `wait`: it has its turn later. `none`: nothing but a word. */
export type PillTone = 'good' | 'warn' | 'bad' | 'run' | 'wait' | 'none';

const ICONS = {
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  run: CirclePlay,
  wait: CircleDashed,
  none: null,
};

/** A state in a word, with a sign of its own, so that no meaning hangs on colour. */
export const Pill = ({ tone, children, icon }: { tone: PillTone; children: ReactNode; icon?: 'stopped' }) => {
  const Icon = icon === 'stopped' ? Ban : ICONS[tone];
  return (
    <span className={`${styles.pill} ${styles[tone]}`}>
      {Icon && <Icon aria-hidden />}
      {children}
    </span>
  );
};

/** How much of something, as a bar; what it measures stands in `label`. */
export const Meter = (props: { value: number; of: number; label: string; tone?: string }) => {
  const share = props.of > 0 ? Math.min(1, props.value / props.of) : 0;
  return (
    <div
      className={styles.meter}
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <div className={styles.fill} data-tone={props.tone} style={{ width: `${share * 100}%` }} />
    </div>
  );
};
