import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import { CallingThread } from '../../engine/restore/execute/calling-thread.ts';
import { unsealedTapes } from '../../engine/tape/demand-unsealed.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import { isAboutTape, isNewerOnTape } from '../../engine/tape/tape-errors.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { homeLayout } from '../home/directory.ts';
import { JobSwitch } from '../restore/job-switch.ts';
import type { JobControl } from '../use-cases.ts';
import { tapesPutInPlace } from './put-in-place.ts';
import { RebuildLane } from './rebuild-lane.ts';
import {
  REBUILD_COUNTER,
  REBUILD_COUNTERS,
  type RebuildAnswer,
  type RebuildRequest,
  type RebuildSetup,
} from './rebuild-protocol.ts';

const SAMPLE_MS = 250;
type AnswerTo<Kind extends RebuildAnswer['kind']> = Extract<RebuildAnswer, { kind: Kind }>;

export interface ReadTapes extends Omit<AnswerTo<'finished'>, 'kind'> {
  /** Tapes that were scanned. */
  readonly tapes: number;
}

export interface TapeReading {
  readonly vault: Vault;
  readonly keys: VaultKeys | null;
  readonly home: string;
  /** The catalog to fill; not open elsewhere for writing. */
  readonly catalog: string;
  /** It takes the place of another one, or of none, only once it is finished, and is made anew should this stop on the way. */
  readonly passing?: boolean;
  /** Called when the catalog is finished, durable and closed. `copy` makes a copy of such a catalog, sealed where the vault is. */
  readonly finished?: (copy: (from: string, to: string) => Promise<void>) => Promise<void>;
  /** Catalogs that knew the vault before: what the tapes do not tell now is taken over from them. */
  readonly earlier?: readonly string[];
}

/**
 * Reads all tapes of a vault and takes what they hold into a catalog, which is settled and closed when it resolves. Those whose files have other names get
 * their own first.
 * Missing and damaged tapes are warnings. Throws FORMAT_TOO_NEW when nothing is
 * whole and something is of a newer version, CANCELLED, IO.
 */
export const readTapes = async (reading: TapeReading, job: JobControl): Promise<ReadTapes> => {
  const folder = join(homeLayout(reading.home).jobs, randomId());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  using control = new JobSwitch(job);
  const counters = new SharedArrayBuffer(REBUILD_COUNTERS * 8);
  const setup = {
    catalog: reading.catalog,
    passing: reading.passing ?? false,
    vault: reading.vault.id,
    vaultKey: reading.keys?.exportKey() ?? null,
    folder,
    control: control.control,
    counters,
  } satisfies RebuildSetup;
  const lane = new RebuildLane(reading.vault);
  job.picture.lanes(lane.book);
  const thread = new CallingThread<RebuildRequest, RebuildAnswer>('rebuild', setup, (message) =>
    message.kind === 'found' ? () => lane.found(message.chunks) : null,
  );
  const run = new TapeReadingRun(reading, thread, new Float64Array(counters), job, lane);
  try {
    return await run.run();
  } finally {
    run.close();
    await thread.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

class TapeReadingRun {
  readonly #reading: TapeReading;
  readonly #thread: CallingThread<RebuildRequest, RebuildAnswer>;
  readonly #counters: Float64Array;
  readonly #job: JobControl;
  readonly #lane: RebuildLane;
  readonly #warnings: Warning[] = [];
  readonly #ticker: NodeJS.Timeout;
  #phase = 'reading tapes';

  constructor(
    reading: TapeReading,
    thread: CallingThread<RebuildRequest, RebuildAnswer>,
    counters: Float64Array,
    job: JobControl,
    lane: RebuildLane,
  ) {
    this.#reading = reading;
    this.#lane = lane;
    this.#thread = thread;
    this.#counters = counters;
    this.#job = job;
    this.#ticker = setInterval(() => this.#tell(), SAMPLE_MS);
  }

  async run(): Promise<ReadTapes> {
    const { library } = this.#reading.vault;
    this.#warnings.push(...tapesPutInPlace(this.#reading));
    library.inventory();
    const noteMounts = library.noteMountsTogether();
    try {
      return await this.#readAll();
    } finally {
      noteMounts();
    }
  }

  async #readAll(): Promise<ReadTapes> {
    const { library, dir } = this.#reading.vault;
    const missing: string[] = [];
    let scanned = 0;
    const strangers = unsealedTapes(dir, library.state);
    this.#warnings.push(...strangers);
    const unsealed = new Set(strangers.map(({ path }) => path));
    for (const { volume, barcode, state, chunks, note } of library.state.tapes) {
      if (state === 'blank') continue;
      if (unsealed.has(barcode)) {
        missing.push(volume);
        continue;
      }
      const found = state !== 'missing' && (await this.#scan(volume, chunks));
      if (found) scanned += 1;
      else missing.push(volume);
      if (state === 'missing') this.#warnings.push({ code: 'NO_SUCH_TAPE', path: volume, message: note });
    }
    failpoint('rebuild:after-scan');
    this.#phase = 'taking sets in';
    const { interruptedOn } = await this.#ask('imported', {
      kind: 'import',
      missing,
      earlier: this.#reading.earlier ?? [],
    });
    for (const tape of interruptedOn) await this.#index(tape as TapeId);
    const { kind: _, warnings: more, ...counts } = await this.#ask('finished', { kind: 'finish' });
    const warnings = [...this.#warnings, ...more];
    // Where a newer version is all that has written there, an empty vault would be a false answer.
    const newer = warnings.find(({ code }) => code === 'FORMAT_TOO_NEW');
    if (newer && counts.sets === counts.incompleteSets) throw onlyNewer(dir, newer);
    await this.#reading.finished?.(async (from, to) => void (await this.#ask('copied', { kind: 'copy', from, to })));
    return { ...counts, tapes: scanned, warnings };
  }

  close(): void {
    this.#lane.closed();
    clearInterval(this.#ticker);
  }

  /** Scans a tape; false when it cannot be used at all, which is a warning. */
  async #scan(volume: TapeId, expectChunks: number): Promise<boolean> {
    try {
      await this.#withTape(
        volume,
        async (access) => await this.#ask('scanned', { kind: 'scan', tape: { access, expectChunks } }),
      );
      return true;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (!isAboutTape(error)) throw error;
      this.#warn(volume, error);
      return false;
    }
  }

  /** Reads what interrupted sets have on a tape; what cannot be read is a warning. */
  async #index(volume: TapeId): Promise<void> {
    try {
      await this.#withTape(volume, async (access) => await this.#ask('indexed', { kind: 'indexes', access }));
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (!isAboutTape(error)) throw error;
      this.#warn(volume, error);
    }
  }

  #warn(volume: TapeId, error: ColdframeError): void {
    const code = isNewerOnTape(error) ? 'FORMAT_TOO_NEW' : error.code;
    this.#warnings.push({ code, path: volume, message: error.message });
  }

  /** Puts a tape into the first drive for the time of some work. */
  async #withTape(volume: TapeId, work: (access: ReturnType<Vault['access']>) => Promise<unknown>): Promise<void> {
    const { vault, keys } = this.#reading;
    const drive = vault.library.state.drives[0]?.number ?? 1;
    vault.library.mount(drive, volume);
    this.#lane.mounted(drive, volume);
    try {
      await work(vault.access(volume, keys));
    } finally {
      vault.library.unmount(drive);
      this.#lane.unmounted();
    }
  }

  async #ask<Kind extends RebuildAnswer['kind']>(kind: Kind, request: RebuildRequest): Promise<AnswerTo<Kind>> {
    const answer = await this.#thread.call(request);
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    if (answer.kind !== kind) throw new RangeError(`a rebuild answered "${answer.kind}" to "${request.kind}"`);
    return answer as AnswerTo<Kind>;
  }

  #tell(): void {
    this.#job.report({
      phase: this.#phase,
      elementsDone: this.#counters[REBUILD_COUNTER.elements] as number,
      elementsTotal: null,
      bytesRead: this.#counters[REBUILD_COUNTER.bytes] as number,
      bytesStored: 0,
      bytesTotal: null,
    });
  }
}

const onlyNewer = (dir: string, { path, message }: Warning): ColdframeError =>
  new ColdframeError('FORMAT_TOO_NEW', {
    message: `No set of the vault ${dir} can be read: ${message.replace(/\.$/, '')} (${path}).`,
    guidance: 'Install a newer version of Coldframe. Nothing was changed.',
    context: { dir },
  });
