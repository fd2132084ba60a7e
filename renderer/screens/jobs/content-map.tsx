import { memo, useCallback, useMemo, useRef } from 'react';
import { Card } from '../../components/layout.tsx';
import { type BlockMap, type CellKind, layBlockMap, type Shares } from '../../pictures/block-map.ts';
import { cellsIn, drawBlockMap, drawCell } from '../../pictures/draw.ts';
import type { Palette } from '../../pictures/palette.ts';
import { Picture } from '../../pictures/picture.tsx';
import { Swatch } from '../../pictures/swatch.tsx';
import type { LivePicture } from '../../stores/job-picture.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import styles from './jobs.module.css';

const HEIGHT = 88;
const KINDS = ['copied', 'waiting', 'unprotected', 'unchanged'] as const;
const SWATCH = 14;

const painterOf =
  (kind: CellKind) =>
  (canvas: CanvasRenderingContext2D, palette: Palette): void =>
    drawCell(canvas, palette, kind, 0, 0, SWATCH);
const PAINTERS = {
  copied: painterOf('copied'),
  waiting: painterOf('waiting'),
  unprotected: painterOf('unprotected'),
  unchanged: painterOf('unchanged'),
};
/** What the picture has room for while nobody knows how much there is. */
const ROOM = 2 ** 30;

/** What has to be read, as shares of it: a cell is an amount, not a place. While it is counted what was read is never all of it. */
export const contentShares = ({ counts, finishedAt }: Pick<LivePicture, 'counts' | 'finishedAt'>): Shares => ({
  copied: counts.bytesRead,
  waiting: Math.max(0, (counts.bytesTotal ?? counts.bytesRead) - counts.bytesRead),
  unchanged:
    counts.bytesTotal === null && finishedAt === null ? Math.max(counts.bytesRead, ROOM - counts.bytesRead) : 0,
  unprotected: counts.leftOutBytes ?? 0,
});

/** How much of the content is copied, waits, or is left out. */
export const ContentMap = memo(({ picture }: { picture: LivePicture }) => {
  const { bytesRead, bytesTotal, leftOutBytes } = picture.counts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these numbers are all that the shares come from.
  const shares = useMemo(() => contentShares(picture), [bytesRead, bytesTotal, leftOutBytes, picture.finishedAt]);
  const drawn = useRef<BlockMap | null>(null);
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number, palette: Palette, blank: boolean) => {
      const { columns, rows } = cellsIn(width, height);
      const map = layBlockMap(shares, columns, rows);
      drawBlockMap(canvas, palette, map, blank ? null : drawn.current);
      drawn.current = map;
    },
    [shares],
  );
  const kinds = KINDS.filter((kind) => shares[kind] > 0);
  const shareOf = (kind: (typeof KINDS)[number]) =>
    kind === 'unchanged' ? words.notCounted : words.blockShare(words.blockKinds[kind], format.bytes(shares[kind]));
  return (
    <Card
      title={words.blocks}
      aside={
        <div className={styles.keys}>
          {kinds.map((kind) => (
            <span key={kind} className={styles.kind}>
              <Swatch paint={PAINTERS[kind]} /> {shareOf(kind)}
            </span>
          ))}
        </div>
      }
      padded
    >
      <Picture adding draw={draw} height={HEIGHT} label={words.blocksLabel(kinds.map(shareOf).join(', '))} />
      {picture.sideFile && (
        <p className={styles.sideFile}>
          <b>{words.sideFile}</b>{' '}
          <span className="quiet">{words.sideFileWords(picture.sideFile, picture.finishedAt === null)}</span>
        </p>
      )}
    </Card>
  );
});
