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
  /** Threads that read and process by now, and how much processor time they have used as far as that is known, milliseconds. */
  readonly workers: number;
  readonly workerCpuMs: number;
  /** Threads that wait for a limit. */
  readonly limited: number;
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
const SHORTEST_MS = 200;
/** All slots taken for more of the time than this: those who fill them wait for the tapes. */
const FULL_SHARE = 0.5;
/** Workers that wait for a limit for more of their time than this are held back by it. */
const LIMITED_SHARE = 0.3;

interface Point extends MeterTotals {
  readonly at: number;
  /** Processor time of the workers, and how long they have been there, added up; null before the first look. */
  readonly work: { readonly cpuMs: number; readonly presentMs: number } | null;
}

/**
 * Rates and shares over the last seconds, and who the others wait for: the tapes while staging is full, else the station
 * that works for most of the time. Workers that neither compute nor wait for a free slot wait for the source.
 */
export class StationMeter {
  #points: Point[] = [];
  #looks: { at: number; full: number; drainingShare: number; limited: number }[] = [];
  #last: { at: number; workers: number; cpuMs: number } | null = null;
  #presentMs = 0;

  /** Looks at the stations; the more often, the truer the shares. */
  look(gauge: StationGauge, at: number): void {
    const full = gauge.filling + gauge.ready + gauge.draining >= gauge.slots ? 1 : 0;
    const drainingShare = gauge.drives > 0 ? Math.min(1, gauge.draining / gauge.drives) : 0;
    const limited = gauge.workers > 0 ? Math.min(1, gauge.limited / gauge.workers) : 0;
    this.#looks.push({ at, full, drainingShare, limited });
    while (this.#looks.length > 1 && at - (this.#looks[0]?.at ?? at) > WINDOW_MS) this.#looks.shift();
    this.#presentMs += this.#last === null ? 0 : this.#last.workers * (at - this.#last.at);
    this.#last = { at, workers: gauge.workers, cpuMs: gauge.workerCpuMs };
  }

  sample(totals: MeterTotals, at: number): Stations {
    const work = this.#last && { cpuMs: this.#last.cpuMs, presentMs: this.#presentMs };
    this.#points.push({ ...totals, at, work });
    while (this.#points.length > 2 && at - (this.#points[1]?.at ?? at) >= WINDOW_MS) this.#points.shift();
    const first = this.#points[0] as Point;
    const span = at - first.at;
    if (span < SHORTEST_MS) return { stations: { source: IDLE, processing: IDLE, tape: IDLE }, bottleneck: null };
    const rate = (part: keyof MeterTotals): number =>
      Math.max(0, Math.round(((totals[part] - first[part]) * 1000) / span));
    const computing = this.#computing();
    const full = this.#share('full');
    const busy = {
      source: computing === null || full === null ? null : Math.max(0, 1 - computing - full),
      processing: computing,
      tape: this.#share('drainingShare'),
    };
    const stations = {
      source: { bytesPerSecond: rate('bytesRead'), busy: busy.source },
      processing: { bytesPerSecond: rate('bytesStored'), busy: busy.processing },
      tape: { bytesPerSecond: rate('bytesMoved'), busy: busy.tape },
    };
    const moves = totals.bytesRead > first.bytesRead || totals.bytesMoved > first.bytesMoved;
    // Whoever waits for a limit moves little, and for a while nothing.
    if ((this.#share('limited') ?? 0) > LIMITED_SHARE) return { stations, bottleneck: 'limit' };
    return { stations, bottleneck: moves ? bottleneckOf(full, busy) : null };
  }

  #share(of: 'full' | 'drainingShare' | 'limited'): number | null {
    return this.#looks.length === 0 ? null : this.#looks.reduce((sum, look) => sum + look[of], 0) / this.#looks.length;
  }

  /** Share of the time of all workers that they computed, since the first point that knows of any. */
  #computing(): number | null {
    const since = this.#points.find(({ work }) => work !== null)?.work;
    const now = this.#points.at(-1)?.work;
    if (!since || !now || now.presentMs <= since.presentMs) return null;
    return Math.min(1, Math.max(0, (now.cpuMs - since.cpuMs) / (now.presentMs - since.presentMs)));
  }
}

const IDLE = { bytesPerSecond: 0, busy: null };

const bottleneckOf = (
  full: number | null,
  { source, processing, tape }: Record<'source' | 'processing' | 'tape', number | null>,
): Picture['bottleneck'] => {
  if (full === null || tape === null) return null;
  if (full > FULL_SHARE) return 'tape';
  if (source === null || processing === null) return null;
  if (tape >= Math.max(source, processing)) return 'tape';
  return processing >= source ? 'processing' : 'source';
};
