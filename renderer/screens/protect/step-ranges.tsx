import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card, Columns, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { type MeasuredVolume, sumOf } from '../../stores/volumes-measure.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import { ProtectDialog } from '../volumes/protect-dialog.tsx';
import { EffectCard } from './effect-card.tsx';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

/** Ranges that are shown of one volume. */
const SHOWN = 20;

const Ranges = ({ measured }: { measured: MeasuredVolume }) => {
  const { volume, size, segmentBytes, unprotected } = measured;
  const [changing, setChanging] = useState(false);
  const more = unprotected.runs.length - SHOWN;
  return (
    <Card
      title={words.rangesOf(volume)}
      aside={
        <Button aria-label={words.changeRangesOf(volume)} onPress={() => setChanging(true)}>
          {words.changeRanges}
        </Button>
      }
    >
      {unprotected.runs.length === 0 ? (
        <p className={`quiet ${styles.note}`}>{words.noRanges}</p>
      ) : (
        <table className={styles.ranges}>
          <thead>
            <tr>
              <th scope="col" className="num">
                {words.from}
              </th>
              <th scope="col" className="num">
                {words.until}
              </th>
              <th scope="col" className="num">
                {words.size}
              </th>
            </tr>
          </thead>
          <tbody>
            {unprotected.runs.slice(0, SHOWN).map(([start, count]) => {
              const end = Math.min(size, (start + count) * segmentBytes);
              return (
                <tr key={start}>
                  <td className="num">{format.bytes(start * segmentBytes)}</td>
                  <td className="num">{format.bytes(end)}</td>
                  <td className="num">{format.bytes(end - start * segmentBytes)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {more > 0 && <p className={`faint ${styles.note}`}>{words.rangesMore(more)}</p>}
      {changing && <ProtectDialog volume={volume} close={() => setChanging(false)} />}
    </Card>
  );
};

/** Which blocks of the volumes are not kept. */
export const RangesStep = ({ volumes }: StepProps) => {
  const { measured, loading, error, reload } = volumes;
  const { bytes, holeBytes, leftOutBytes } = sumOf(measured);
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (loading && measured.length === 0) return <Loading />;
  return (
    <Columns>
      <Stack>
        {measured.map((each) => (
          <Ranges key={each.volume} measured={each} />
        ))}
        <p className="quiet">{words.rangesAbout}</p>
      </Stack>
      <EffectCard
        bytes={bytes}
        parts={[
          { name: words.protected, bytes },
          { name: words.unprotectedBlocks, bytes: leftOutBytes },
          { name: words.holes, bytes: holeBytes },
        ].filter((part, index) => index === 0 || part.bytes > 0)}
      />
    </Columns>
  );
};
