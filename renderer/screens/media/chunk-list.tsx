import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { SetKey } from '../../pictures/set-key.tsx';
import type { TapeChunk } from '../../pictures/tape-strip.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import styles from './media.module.css';

const LINE = 32;

interface ChunkListProps {
  readonly chunks: readonly TapeChunk[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly picked: number | null;
  readonly pick: (tapeSequence: number) => void;
}

/** Every chunk of a tape as text, in its order: what the picture shows. */
export const ChunkList = ({ chunks, numbers, picked, pick }: ChunkListProps) => {
  const box = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: chunks.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 8,
  });
  const place = chunks.findIndex(({ tapeSequence }) => tapeSequence === picked);
  useEffect(() => {
    if (place >= 0) lines.scrollToIndex(place, { align: 'auto' });
  }, [place, lines]);
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = chunks[Math.min(chunks.length - 1, Math.max(0, place + by))];
    if (by === 0 || !next) return;
    event.preventDefault();
    pick(next.tapeSequence);
  };
  return (
    <div className={styles.chunks} ref={box}>
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
        style={{ position: 'relative', height: lines.getTotalSize() }}
      >
        {lines.getVirtualItems().map(({ index, start }) => {
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
              style={{ height: LINE, transform: `translateY(${start}px)` }}
              onClick={() => pick(chunk.tapeSequence)}
            >
              <span className="num">{format.count(chunk.tapeSequence)}</span>
              <span>{words.kinds[chunk.kind]}</span>
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
