import { TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useEffect } from 'react';
import { useLongList } from '../../components/long-list.ts';
import { SetKey } from '../../pictures/set-key.tsx';
import type { TapeChunk } from '../../pictures/tape-strip.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import styles from './media.module.css';

const LINE = 32;
/** Height of the heading, which scrolls with the lines. */
const HEAD = 28;

interface ChunkListProps {
  readonly chunks: readonly TapeChunk[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly picked: number | null;
  readonly pick: (tapeSequence: number) => void;
}

/** Every chunk of a tape as text, in its order: what the picture shows. */
export const ChunkList = ({ chunks, numbers, picked, pick }: ChunkListProps) => {
  const list = useLongList(chunks.length, LINE, HEAD);
  const place = chunks.findIndex(({ tapeSequence }) => tapeSequence === picked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the list.
  useEffect(() => {
    if (place >= 0) list.show(place);
  }, [place]);
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = chunks[Math.min(chunks.length - 1, Math.max(0, place + by))];
    if (by === 0 || !next) return;
    event.preventDefault();
    pick(next.tapeSequence);
  };
  return (
    <div className={styles.chunks} ref={list.box}>
      <div className={`${styles.line} ${styles.lineHead}`} aria-hidden>
        <span>{words.chunk}</span>
        <span>{words.kind}</span>
        <span>{words.set}</span>
        <span className={styles.right}>{words.place}</span>
        <span className={styles.right}>{words.stored}</span>
      </div>
      <div
        role="listbox"
        tabIndex={0}
        aria-label={words.chunk}
        aria-activedescendant={place >= 0 ? `chunk-${place}` : undefined}
        onKeyDown={step}
        style={{ position: 'relative', height: list.height }}
      >
        {list.lines.map(({ index, top }) => {
          const chunk = chunks[index];
          if (!chunk) return null;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys, as a listbox does.
            <div
              key={chunk.tapeSequence}
              id={`chunk-${index}`}
              role="option"
              aria-selected={index === place}
              className={styles.line}
              style={{ height: LINE, transform: `translateY(${top}px)` }}
              onClick={() => pick(chunk.tapeSequence)}
            >
              <span className="num">{format.count(chunk.tapeSequence)}</span>
              <span className={chunk.damaged ? styles.harmed : undefined}>
                {chunk.damaged && <TriangleAlert aria-hidden />}
                {chunk.damaged ? words.damagedKind(words.kinds[chunk.kind]) : words.kinds[chunk.kind]}
              </span>
              <span className="clip">
                <SetKey set={numbers.get(chunk.set) ?? -1}>
                  <span>
                    {chunk.object ?? words.unknownObject}, {words.sequence(chunk.sequence)}
                  </span>
                </SetKey>
              </span>
              <span className={`num ${styles.right}`}>{format.count(chunk.block)}</span>
              <span className={`num ${styles.right}`}>{format.bytes(chunk.bytes)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
};
