import { memo, useCallback, useRef } from 'react';
import { Card } from '../../components/layout.tsx';
import { drawStub } from '../../pictures/draw.ts';
import { type LaneRoom, roomOf } from '../../pictures/lane.ts';
import { LanePainter } from '../../pictures/lane-painter.ts';
import type { Palette } from '../../pictures/palette.ts';
import pictures from '../../pictures/picture.module.css';
import { Picture } from '../../pictures/picture.tsx';
import { SetKey } from '../../pictures/set-key.tsx';
import { SWATCH, Swatch } from '../../pictures/swatch.tsx';
import type { LiveLane, LivePicture } from '../../stores/job-picture.ts';
import type { TapeName } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { ChannelStates, channelWay, presentState } from './channel-states.tsx';
import styles from './jobs.module.css';
import { StagingFill } from './staging-fill.tsx';

const LANE_HEIGHT = 46;

const paintBefore = (canvas: CanvasRenderingContext2D, palette: Palette): void => {
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(0, 0, SWATCH, SWATCH);
  drawStub(canvas, palette, SWATCH + 2, SWATCH);
};

const inWords = (lane: LiveLane, tape: string | null, moving: boolean): string =>
  words.laneWords({
    drive: lane.drive,
    tape,
    state: words.channelStates[lane.state],
    chunks: lane.chunkCount,
    position: format.bytes(lane.position),
    capacity: lane.bytesCapacity === null ? '' : ` ${words.of(format.bytes(lane.bytesCapacity))}`,
    rate: moving ? format.rate(lane.bytesPerSecond) : null,
  });

interface LaneProps {
  readonly lane: LiveLane;
  readonly ended: boolean;
  readonly paused: boolean;
  readonly room: LaneRoom;
  readonly name: TapeName;
}

const OneLane = ({ lane, ended, paused, room, name }: LaneProps) => {
  const tape = lane.tape === null ? null : name(lane.tape);
  const ahead = lane.ahead === null || ended ? null : name(lane.ahead);
  const moving = !ended && !paused && (lane.state === 'writing' || lane.state === 'reading');
  const painter = useRef<LanePainter>(null);
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, _height: number, palette: Palette, blank: boolean) => {
      painter.current ??= new LanePainter();
      painter.current.paint(canvas, palette, lane, { width, height: LANE_HEIGHT, moving, blank, room });
    },
    [lane, moving, room],
  );
  return (
    <>
      <div className={styles.drive}>
        <b>{words.drive(lane.drive)}</b>
        <span className="num faint">{ahead ?? tape ?? words.empty}</span>
      </div>
      <div>
        <Picture
          adding
          draw={draw}
          height={LANE_HEIGHT + 7}
          label={ahead === null ? inWords(lane, tape, moving) : words.aheadWords(lane.drive, ahead)}
        />
        <div className={`${styles.caption} num`}>
          {ahead !== null && <span>{words.ahead}</span>}
          {!ended && ahead === null && <span>{paused ? words.pausedRate : words.channelStates[lane.state]}</span>}
          {moving && lane.bytesPerSecond > 0 && <span>{format.rate(lane.bytesPerSecond)}</span>}
          {lane.chunkCount > 0 && <span>{words.chunk(lane.chunkCount)}</span>}
          <span>
            {format.bytes(lane.position)}
            {lane.bytesCapacity === null ? '' : ` ${words.of(format.bytes(lane.bytesCapacity))}`}
          </span>
        </div>
      </div>
    </>
  );
};

interface LanesProps {
  readonly picture: LivePicture;
  readonly name: TapeName;
  readonly paused: boolean;
  /** Also that of a job whose console was killed has ended, though its picture never came to that. */
  readonly ended: boolean;
}

/** A lane a drive, all on one scale: chunks of the block sets as they come to lie on the tapes. */
export const TapeLanes = memo(({ picture, name, paused, ended }: LanesProps) => (
  <Card
    title={words.tapes}
    aside={
      <div className={styles.keys}>
        {picture.sets.map(({ id, object }, index) => (
          <SetKey key={id} set={index}>
            {object ?? words.unknownSet} <span className="num">{id.slice(0, 8)}</span>
          </SetKey>
        ))}
        {picture.lanes.some(({ bytesBefore }) => bytesBefore > 0) && (
          <span className={pictures.key}>
            <Swatch paint={paintBefore} /> {words.thereBefore}
          </span>
        )}
        {picture.lanes.some(({ chunks }) => chunks.knowsNotAll) && <SetKey set={-1}>{words.notOneByOne}</SetKey>}
      </div>
    }
  >
    <div className={styles.lanes}>
      {picture.lanes.map((lane) => (
        <OneLane key={lane.drive} name={name} lane={lane} ended={ended} paused={paused} room={roomOf(picture.lanes)} />
      ))}
    </div>
    <div className={styles.foot}>
      <ChannelStates kind={picture.kind} now={presentState(picture.lanes, channelWay(picture.kind), ended)} />
      {picture.staging && !ended && <StagingFill staging={picture.staging} />}
    </div>
  </Card>
));
