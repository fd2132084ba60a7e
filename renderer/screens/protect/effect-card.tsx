import { Card, Stack, Stat } from '../../components/layout.tsx';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import type { Part } from './effect-parts.ts';
import styles from './protect.module.css';

interface EffectCardProps {
  /** What is protected. */
  readonly bytes: number;
  /** What there is in all, in at most six parts. */
  readonly parts: readonly Part[];
  readonly counting?: boolean;
}

/** How much is protected of what there is, as a bar. */
export const EffectCard = ({ bytes, parts, counting = false }: EffectCardProps) => {
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  return (
    <Card title={words.effect} aside={counting ? words.counting : null} padded>
      <Stack>
        <Stat value={format.bytes(bytes)}>{words.willBe(format.bytes(total))}</Stat>
        <div className={styles.bar} aria-hidden>
          {parts.map((part, index) => (
            <div
              key={part.name}
              className={styles.part}
              data-part={index}
              style={{ flex: `${Math.max(part.bytes / Math.max(1, total), 0.004)} 1 0` }}
            />
          ))}
        </div>
        <div className={styles.keys}>
          {parts.map((part, index) => (
            <div key={part.name}>
              <i className={styles.part} data-part={index} />
              <span className="clip">{part.name}</span>
              <span className="num">{format.bytes(part.bytes)}</span>
            </div>
          ))}
        </div>
      </Stack>
    </Card>
  );
};
