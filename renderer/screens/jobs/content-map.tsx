import { useCallback, useMemo } from 'react';
import type { Picture as JobPicture } from '../../../shared/contract/picture.ts';
import { Card } from '../../components/layout.tsx';
import { layBlockMap, type Shares } from '../../pictures/block-map.ts';
import { cellsIn, drawBlockMap } from '../../pictures/draw.ts';
import type { Palette } from '../../pictures/palette.ts';
import { Picture } from '../../pictures/picture.tsx';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import styles from './jobs.module.css';

const HEIGHT = 88;

/** What has to be read, as shares of it: a cell is an amount, not a place. */
export const contentShares = ({ counts }: Pick<JobPicture, 'counts'>): Shares => ({
  copied: counts.bytesRead,
  waiting: Math.max(0, (counts.bytesTotal ?? counts.bytesRead) - counts.bytesRead),
  unchanged: 0,
  unprotected: counts.leftOutBytes ?? 0,
});

/** How much of the content is copied, waits, or is left out. */
export const ContentMap = ({ picture }: { picture: JobPicture }) => {
  const { bytesRead, bytesTotal, leftOutBytes } = picture.counts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these numbers are all that the shares come from.
  const shares = useMemo(() => contentShares(picture), [bytesRead, bytesTotal, leftOutBytes]);
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number, palette: Palette) => {
      const { columns, rows } = cellsIn(width, height);
      drawBlockMap(canvas, palette, layBlockMap(shares, columns, rows));
    },
    [shares],
  );
  const said = (['copied', 'waiting', 'unprotected'] as const)
    .filter((kind) => shares[kind] > 0)
    .map((kind) => words.blockShare(words.blockKinds[kind], format.bytes(shares[kind])));
  return (
    <Card title={words.blocks} aside={<span className={styles.keys}>{said.join(', ')}</span>} padded>
      <Picture draw={draw} height={HEIGHT} label={words.blocksLabel(said.join(', '))} />
    </Card>
  );
};
