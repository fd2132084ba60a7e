import type { Picture } from '../../../shared/contract/picture.ts';

/** What the engine knows of its stations at a moment; asked a few times a second. */
export interface StationGauge {
  readonly slots: number;
  readonly slotBytes: number;
  readonly filling: number;
  readonly ready: number;
  readonly draining: number;
  /** Drives that take chunks. */
  readonly drives: number;
  /** Threads that read and process, and how much processor time they have used by now, milliseconds; null: not known. */
  readonly workers: number;
  readonly workerCpuMs: number | null;
}

/** Totals that rates are made of. */
export interface MeterTotals {
  readonly bytesRead: number;
  readonly bytesStored: number;
  readonly bytesMoved: number;
}

type Stations = Pick<Picture, 'stations' | 'bottleneck'>;

/** How far back rates and shares look. */
const WINDOW_MS = 5000;
const SHORTEST_MS = 400;
/** All slots taken for more of the time than this: those who fill them wait for the tapes. */
const FULL_SHARE = 0.5;
/** Workers that compute for more of the time than this do not wait for the source. */
const COMPUTING_SHARE = 0.6;

interface Point extends MeterTotals {
  readonly at: number;
  readonly cpuMs: number | null;
}

/**
 * Rates and shares over the last seconds, and who the others wait for. Staging that is full waits for the tapes; workers
 * that compute are the bottleneck themselves; else they wait for the source.
 */
export class StationMeter {
  #points: Point[] = [];
  #looks: { at: number; full: number; drainingShare: number; workers: number }[] = [];

  /** Looks at the stations; the more often, the truer the shares. */
  look(gauge: StationGauge, at: number): void {
    const full = gauge.filling + gauge.ready + gauge.draining >= gauge.slots ? 1 : 0;
    const drainingShare = gauge.drives > 0 ? Math.min(1, gauge.draining / gauge.drives) : 0;
    this.#looks.push({ at, full, drainingShare, workers: gauge.workers });
    while (this.#looks.length > 1 && at - (this.#looks[0]?.at ?? at) > WINDOW_MS) this.#looks.shift();
  }

  sample(totals: MeterTotals, cpuMs: number | null, at: number): Stations {
    this.#points.push({ ...totals, at, cpuMs });
    while (this.#points.length > 2 && at - (this.#points[1]?.at ?? at) >= WINDOW_MS) this.#points.shift();
    const first = this.#points[0] as Point;
    const span = at - first.at;
    if (span < SHORTEST_MS) return { stations: { source: IDLE, processing: IDLE, tape: IDLE }, bottleneck: null };
    const rate = (part: keyof MeterTotals): number =>
      Math.max(0, Math.round(((totals[part] - first[part]) * 1000) / span));
    const share = (of: 'full' | 'drainingShare'): number | null =>
      this.#looks.length === 0 ? null : this.#looks.reduce((sum, look) => sum + look[of], 0) / this.#looks.length;
    const workers = this.#looks.at(-1)?.workers ?? 0;
    const computing =
      cpuMs === null || first.cpuMs === null || workers === 0
        ? null
        : Math.min(1, Math.max(0, (cpuMs - first.cpuMs) / (span * workers)));
    const full = share('full');
    const waiting = computing === null || full === null ? null : Math.max(0, 1 - computing - full);
    const stations = {
      source: { bytesPerSecond: rate('bytesRead'), busy: waiting },
      processing: { bytesPerSecond: rate('bytesStored'), busy: computing },
      tape: { bytesPerSecond: rate('bytesMoved'), busy: share('drainingShare') },
    };
    const moves = totals.bytesRead > first.bytesRead || totals.bytesMoved > first.bytesMoved;
    return { stations, bottleneck: moves ? bottleneckOf(full, computing) : null };
  }
}

const IDLE = { bytesPerSecond: 0, busy: null };

const bottleneckOf = (full: number | null, computing: number | null): Picture['bottleneck'] => {
  if (full === null) return null;
  if (full > FULL_SHARE) return 'tape';
  if (computing === null) return null;
  return computing > COMPUTING_SHARE ? 'processing' : 'source';
};
