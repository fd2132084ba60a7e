import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { Lane, LogEntry, Picture } from '../../../shared/contract/picture.ts';
import type { DriveHead } from '../../../shared/contract/tapes.ts';
import type { WarningView } from '../../../shared/contract/values.ts';
import { Pace, type Paced, type SharedPaces } from '../../platform/pace.ts';
import { GrowingList } from './growing-list.ts';
import type { LaneBook, LaneNews, LaneRecord } from './lane-book.ts';
import { type StationGauge, StationMeter } from './station-meter.ts';

/** What a scan has looked at and left out. */
export interface ScanNews {
  readonly elements: number;
  readonly leftOutElements: number;
  readonly leftOutBytes: number;
}

/** Segments of frozen volumes that were copied out of turn, and those of them that were read from there. */
export interface SideFileGauge {
  readonly copied: number;
  readonly read: number;
}

/** Where an engine's parts tell what a picture of their job shows. All of it is cheap, and none of it is needed. */
export interface PictureTaps {
  /** The drives that it moves chunks with. */
  lanes(book: LaneBook): void;
  /** Looks at the stations whenever it is asked; returns how to stop. */
  stations(gauge: () => StationGauge): () => void;
  scanned(news: ScanNews): void;
  /** Of volumes: what writers had copied out of turn; asked whenever a picture is drawn, until it is stopped. Where it throws, nothing is shown of it. */
  sideFile(gauge: () => SideFileGauge): () => void;
  warned(warning: WarningView): void;
}

const KEPT_LOG = 1000;
const KEPT_WARNINGS = 200;
const LOOK_MS = 50;

/** What a follower has seen. */
export interface Seen {
  readonly lanes: ReadonlyMap<number, { readonly turn: number; readonly count: number }>;
  readonly log: number;
  readonly warnings: number;
}

/** One job as a picture, from its taps and its record. */
export class JobPicture implements PictureTaps {
  readonly #log = new GrowingList<LogEntry>(KEPT_LOG);
  readonly #warnings = new GrowingList<WarningView>(KEPT_WARNINGS);
  readonly #meter = new StationMeter();
  readonly #paces: Readonly<Record<Paced, Pace>> | null;
  #book: LaneBook | null = null;
  #scan: ScanNews | null = null;
  #sideFile: (() => SideFileGauge | null) | null = null;
  #gauge: StationGauge | null = null;
  #stations: Pick<Picture, 'stations' | 'bottleneck'> = UNKNOWN_STATIONS;
  #rates = new Map<number, { at: number; bytes: number; rate: number }>();
  #moved = { began: 0, at: 0 };
  #unhook: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `paces`: the limits that the job keeps. */
  constructor(paces: SharedPaces | null = null) {
    this.#paces = paces && { source: new Pace(paces.source), vault: new Pace(paces.vault) };
  }

  lanes(book: LaneBook): void {
    this.#book = book;
    this.#moved = { began: bytesMoved(book), at: 0 };
    this.#unhook.push(book.onNews((news) => this.note(news)));
  }

  stations(gauge: () => StationGauge): () => void {
    const look = (): void => {
      this.#gauge = gauge();
      this.#meter.look(this.#gauge, performance.now());
    };
    look();
    this.#timer = setInterval(look, LOOK_MS).unref();
    return () => clearInterval(this.#timer);
  }

  scanned(news: ScanNews): void {
    this.#scan = news;
  }

  sideFile(gauge: () => SideFileGauge): () => void {
    const look = (): SideFileGauge | null => {
      try {
        return gauge();
      } catch {
        // A picture is no reason for its job to fail.
        return null;
      }
    };
    this.#sideFile = look;
    return () => {
      const last = look();
      this.#sideFile = () => last;
    };
  }

  warned(warning: WarningView): void {
    this.#warnings.add(warning);
  }

  note({ code, context }: LaneNews): void {
    this.#log.add({ at: new Date().toISOString(), code, context });
  }

  /** Measures, at most four times a second: the record was sampled just now. */
  sample({ progress }: JobRecord): void {
    const at = performance.now();
    const moved = this.#book ? bytesMoved(this.#book) - this.#moved.began : 0;
    const totals = { bytesRead: progress?.bytesRead ?? 0, bytesStored: progress?.bytesStored ?? 0, bytesMoved: moved };
    this.#stations = this.#meter.sample(totals, at);
    for (const { drive, bytesMoved: bytes } of this.#book?.lanes ?? []) {
      const before = this.#rates.get(drive);
      const rate = before && at > before.at ? Math.round(((bytes - before.bytes) * 1000) / (at - before.at)) : 0;
      this.#rates.set(drive, { at, bytes, rate });
    }
  }

  /** What a follower has not seen yet, and what it has seen with it. `seen` null: everything. */
  draw(record: JobRecord, seen: Seen | null): { readonly picture: Picture; readonly seen: Seen } {
    const lanes = this.#book?.lanes ?? [];
    const { progress } = record;
    const picture: Picture = {
      job: record.id,
      kind: record.kind,
      state: record.state,
      at: new Date().toISOString(),
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      whole: seen === null,
      phase: progress?.phase ?? record.state,
      sets: this.#book?.sets.map((set) => ({ ...set })) ?? [],
      lanes: lanes.map((lane) => this.#laneOf(lane, seen)),
      staging: this.#gauge && stagingOf(this.#gauge),
      sideFile: this.#sideFile?.() ?? null,
      ...this.#stations,
      limit: this.#limit(),
      counts: {
        elementsDone: progress?.elementsDone ?? 0,
        elementsTotal: progress?.elementsTotal ?? null,
        bytesRead: progress?.bytesRead ?? 0,
        bytesStored: progress?.bytesStored ?? 0,
        bytesTotal: progress?.bytesTotal ?? null,
        elementsScanned: this.#scan?.elements ?? null,
        leftOutElements: this.#scan?.leftOutElements ?? null,
        leftOutBytes: this.#scan?.leftOutBytes ?? null,
        warnings: this.#warnings.count,
      },
      etaMs: progress?.etaMs ?? null,
      warnings: this.#warnings.since(seen?.warnings ?? 0),
      log: this.#log.since(seen?.log ?? 0),
    };
    const counts = lanes.map(({ drive, turn, chunkCount }) => [drive, { turn, count: chunkCount }] as const);
    return { picture, seen: { lanes: new Map(counts), log: this.#log.count, warnings: this.#warnings.count } };
  }

  /** Where the heads are that move now. */
  heads(): Omit<DriveHead, 'job'>[] {
    return (this.#book?.lanes ?? []).flatMap(({ drive, tape, state, position }) =>
      tape !== null && (state === 'reading' || state === 'writing')
        ? [{ drive, tape, doing: state, position, bytesPerSecond: this.#rates.get(drive)?.rate ?? 0 }]
        : [],
    );
  }

  /** The job is over: nothing more is heard. */
  end(): void {
    clearInterval(this.#timer);
    for (const unhook of this.#unhook.splice(0)) unhook();
  }

  #limit(): Picture['limit'] {
    const limit = this.#paces && { source: this.#paces.source.rate, vault: this.#paces.vault.rate };
    return limit === null || (limit.source === null && limit.vault === null) ? null : limit;
  }

  #laneOf(lane: LaneRecord, seen: Seen | null): Lane {
    const { turn, bytesMoved: _, chunks, ...told } = lane;
    const before = seen?.lanes.get(lane.drive);
    const fresh = lane.chunkCount - (before?.turn === turn ? before.count : 0);
    return {
      ...told,
      bytesPerSecond: this.#rates.get(lane.drive)?.rate ?? 0,
      chunks: fresh <= 0 ? [] : chunks.slice(-fresh),
    };
  }
}

const UNKNOWN = { bytesPerSecond: 0, busy: null };
const UNKNOWN_STATIONS = { stations: { source: UNKNOWN, processing: UNKNOWN, tape: UNKNOWN }, bottleneck: null };

const bytesMoved = (book: LaneBook): number => book.lanes.reduce((sum, lane) => sum + lane.bytesMoved, 0);

const stagingOf = ({ slots, slotBytes, filling, ready, draining }: StationGauge): NonNullable<Picture['staging']> => ({
  slots,
  filling,
  ready,
  draining,
  slotBytes,
  bytes: (filling + ready + draining) * slotBytes,
});
