import { X } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DriveHead, LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { Fold } from '../../components/fold.tsx';
import { Card } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { EXPIRED } from '../../pictures/bars.ts';
import { drawBars, drawDamage, drawHead } from '../../pictures/draw.ts';
import type { Palette } from '../../pictures/palette.ts';
import { Picture } from '../../pictures/picture.tsx';
import { SetKey } from '../../pictures/set-key.tsx';
import { chunkAt, hasExpired, layTape, setNumbers, type TapeChunk, wholeTape } from '../../pictures/tape-strip.ts';
import { useQuery } from '../../stores/calls.ts';
import { useJobPicture } from '../../stores/job-picture.ts';
import { nameIn } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import { reclaimWords } from '../../words/reclaim.ts';
import { ChunkList } from './chunk-list.tsx';
import desk from './library.module.css';
import styles from './media.module.css';
import { TapeActs } from './tape-acts.tsx';

const HEIGHT = 64;
const NONE: readonly TapeChunk[] = [];

/** Sets whose colours are told beside the tape; of more the picture is in the way, and the list below has each with its chunks. */
const KEYS_SHOWN = 12;

const Key = ({ many, title, children }: { many: boolean; title: string; children: ReactNode }) =>
  many ? (
    <Fold title={title}>
      <div className={styles.keys}>{children}</div>
    </Fold>
  ) : (
    <div className={styles.keys}>{children}</div>
  );

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Where the head is, followed four times a second; as the library told of it last until the job does. */
const useHead = (
  tape: string,
  heads: readonly DriveHead[],
): Pick<DriveHead, 'doing' | 'position' | 'bytesPerSecond'> | null => {
  const told = heads.find((head) => head.tape === tape) ?? null;
  const picture = useJobPicture(told?.job ?? null);
  if (told === null) return null;
  const lane = picture?.lanes.find((each) => each.drive === told.drive && each.tape === tape);
  if (lane === undefined) return told;
  const { state, position, bytesPerSecond } = lane;
  return state === 'reading' || state === 'writing' ? { doing: state, position, bytesPerSecond } : null;
};

interface TapeAsItLiesProps {
  readonly tape: TapeView;
  readonly library: LibraryView;
  readonly heads: readonly DriveHead[];
}

/** One tape, drawn as it lies; every chunk can be picked. */
export const TapeAsItLies = ({ tape, library, heads }: TapeAsItLiesProps) => {
  const { vault } = library;
  const { data, error, reload } = useQuery('tape.show', { tape: tape.id, vault });
  const head = useHead(tape.id, heads);
  // What a job wrote meanwhile is listed with it.
  const counted = useRef(tape.chunks);
  useEffect(() => {
    if (counted.current !== tape.chunks) reload();
    counted.current = tape.chunks;
  }, [tape.chunks, reload]);
  const [picked, setPicked] = useState<number | null>(null);
  const chunks = data?.chunks ?? NONE;
  const numbers = useMemo(() => setNumbers(chunks), [chunks]);
  const writing = head?.doing === 'writing' ? head.position : null;
  const whole = useMemo(() => wholeTape(tape, chunks, writing), [tape, chunks, writing]);
  const at = head?.position ?? null;
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, _height: number, palette: Palette) => {
      const layout = layTape(chunks, whole, width);
      canvas.fillStyle = palette.sunken;
      canvas.fillRect(0, 4, width, HEIGHT);
      drawBars(canvas, palette, layout.bars, 4, HEIGHT);
      for (const { damaged, offset, bytes } of chunks)
        if (damaged) drawDamage(canvas, palette, { x: offset * layout.scale, width: bytes * layout.scale }, 4, HEIGHT);
      if (at !== null) drawHead(canvas, palette, at * layout.scale, HEIGHT);
      const chunk = chunks.find(({ tapeSequence }) => tapeSequence === picked);
      if (!chunk) return;
      canvas.strokeStyle = palette.accent;
      canvas.lineWidth = 2;
      const across = Math.max(6, chunk.bytes * layout.scale);
      canvas.strokeRect(chunk.offset * layout.scale - 1, 1, across + 2, HEIGHT + 6);
    },
    [chunks, whole, picked, at],
  );
  const expired = data !== undefined && data !== null && hasExpired(chunks, whole);
  const listed = data ? new Set(chunks.map(({ tapeSequence }) => tapeSequence)).size : whole.chunks;
  const inUse = library.drives.some((drive) => drive.tape === tape.id && drive.inUse);
  const harmed = chunks.filter(({ damaged }) => damaged).length;
  const sets = [...new Map(chunks.map(({ set, object }) => [set, object]))];
  return (
    <Card
      title={words.asItLies(tape.barcode)}
      aside={words.facts(format.bytes(whole.bytesUsed), format.bytes(whole.bytesCapacity), whole.chunks, listed)}
    >
      <TapeActs tape={tape} library={library} />
      <dl className={desk.facts}>
        <Fact name={words.where}>{words.whereOf(tape)}</Fact>
        {head !== null && (
          <Fact name={words.head}>
            <span className="num">{words.headAt(head.doing, format.bytes(head.position), head.bytesPerSecond)}</span>
          </Fact>
        )}
        <Fact name={words.state}>
          {words.stateOf(tape, nameIn(library.tapes))}
          <span className="second">{words.stateAbout(tape)}</span>
        </Fact>
        <Fact name={words.pool}>{words.poolNames[tape.pool] ?? tape.pool}</Fact>
        {reclaimWords.keptOf(tape) !== '' && <Fact name={reclaimWords.keptHead}>{reclaimWords.keptOf(tape)}</Fact>}
        <Fact name={words.life}>{words.lifeFacts(tape.mounts, format.bytes(tape.bytesWritten), tape.errors)}</Fact>
        {tape.chunks > 0 && <Fact name={words.readThrough}>{words.readThroughAt(tape.verifiedAt)}</Fact>}
        {tape.labelledAt !== null && <Fact name={words.labelledAt}>{format.date(tape.labelledAt)}</Fact>}
        <Fact name={words.volumeId}>
          <span className="num">{tape.id}</span>
        </Fact>
      </dl>
      {error && <ErrorCard error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <div className={styles.strip}>
            <Picture
              draw={draw}
              height={HEIGHT + 8}
              label={words.tapeLabel(tape.barcode, chunks.length, numbers.size, harmed)}
              onPoint={(x, _y, width) =>
                setPicked(chunkAt(chunks, layTape(chunks, whole, width), x)?.tapeSequence ?? null)
              }
            />
            <div className={`${styles.scale} num`}>
              <span>0</span>
              <span>{format.bytes(layTape(chunks, whole, 1).span)}</span>
            </div>
            <Key many={sets.length > KEYS_SHOWN} title={words.key(sets.length)}>
              {sets.map(([set, object]) => (
                <SetKey key={set} set={numbers.get(set) ?? -1}>
                  {object ?? words.unknownObject} <span className="num">{set.slice(0, 8)}</span>
                </SetKey>
              ))}
              {harmed > 0 && (
                <span className={styles.harmed}>
                  <X aria-hidden /> {words.damagedKey}
                </span>
              )}
              {expired && <SetKey set={EXPIRED}>{words.expiredKey(inUse)}</SetKey>}
              <SetKey set={-1}>{words.labelsKey}</SetKey>
            </Key>
            {chunks.length === 0 && !expired && <p className="quiet">{words.emptyTape}</p>}
          </div>
          {chunks.length > 0 && <ChunkList chunks={chunks} numbers={numbers} picked={picked} pick={setPicked} />}
        </>
      )}
    </Card>
  );
};
