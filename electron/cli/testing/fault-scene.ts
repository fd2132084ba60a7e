import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SetView } from '../../../shared/contract/backup.ts';
import type { WarningView } from '../../../shared/contract/values.ts';
import { compareTrees } from '../../platform/testing/hostile-tree.ts';
import { MemoryDisk } from '../../platform/testing/memory-disk.ts';
import { type SystemCallFault, strikes, underFault } from '../../platform/testing/system-call-fault.ts';
import { answerOf, type Ending, type RunOptions, Workplace } from './workplace.ts';

/** What a command that met a fault is to end with. `warning`: a part of one, with the path it is about. */
export interface ExpectedEnd {
  readonly status: number;
  readonly code?: string;
  readonly says?: readonly string[];
  readonly warning?: { readonly code: string; readonly path?: string };
}

const SHORT_WRITES = join(import.meta.dirname, 'fixtures/short-writes.mjs');
const FAILING_WRITES = join(import.meta.dirname, 'fixtures/failing-writes.mjs');
const MEGABYTE = 1 << 20;

/**
 * A home, a vault and a destination, each on a disk of its own that can fill up, and a source; used by commands that
 * meet faults, one after the other. What they reported as done must be there when all is over.
 */
export class FaultScene {
  readonly place = new Workplace();
  readonly disks: Readonly<Record<'home' | 'vault' | 'out', MemoryDisk>>;
  readonly source = this.place.newFolder('source');
  readonly #was = this.place.at('was');
  readonly #reported: string[] = [];
  #vaultId = '';
  #changes = 0;

  constructor() {
    const mount = (name: string): MemoryDisk => MemoryDisk.mount(this.place.at(name));
    this.disks = { home: mount('home'), vault: mount('vault'), out: mount('out') };
  }

  /** A first backup: long enough for a chunk on either drive. */
  async prepare(): Promise<void> {
    for (let at = 1; at <= 40; at += 1) this.write(`small-${at}`, randomBytes(at * 300));
    this.write('large', randomBytes(11 * MEGABYTE));
    // Whole files on either tape, whichever drive takes what.
    for (let at = 1; at <= 8; at += 1) this.write(`middle-${at}`, randomBytes(MEGABYTE));
    const { vault } = this.place;
    const created = await this.place.done('vault.create', ['vault', 'create', vault, '--tape-size', '64MiB']);
    this.#vaultId = created.vault.id;
    await this.place.done('object.add', ['object', 'add', 'files', '--vault', vault, '--files', this.source]);
    // Which drive takes what is chance: a slow one may be left with metadata alone.
    do {
      const { set } = await this.place.done('backup', ['backup', 'files', '--level', 'full']);
      this.#reported.unshift(set.id);
    } while (this.#reported.length < 4 && !(await this.#firstLiesOnBoth()));
    expect(await this.#firstLiesOnBoth()).toBe(true);
    execFileSync('cp', ['-a', this.source, this.#was]);
  }

  /** Whether either tape has content of the set that is called the first. */
  async #firstLiesOnBoth(): Promise<boolean> {
    const shown = [];
    for (const tape of ['CF0001', 'CF0002']) shown.push(await this.place.done('tape.show', ['tape', 'show', tape]));
    return shown.every(({ chunks }) => chunks.some(({ kind, set }) => kind === 'data' && set === this.first));
  }

  remove(): void {
    for (const disk of Object.values(this.disks)) disk.unmount();
    this.place.remove();
  }

  get first(): string {
    return this.#reported[0] ?? '';
  }

  /** Every file that a tape of the vault lies in, or is going to. */
  get tapes(): string[] {
    return Array.from({ length: 12 }, (_, at) =>
      this.place.at('vault/tapes', `CF${String(at + 1).padStart(4, '0')}L8.tap`),
    );
  }

  /** The log that the catalog in the home is written to first. */
  get catalogLog(): string {
    return this.place.at('home/catalogs', `${this.#vaultId}.db-wal`);
  }

  /** What a rebuild makes its catalog in, before that takes the place of the old one. */
  get freshCatalog(): string[] {
    return ['', '-wal'].map((end) => this.place.at('home/catalogs', `${this.#vaultId}.db.fresh${end}`));
  }

  write(name: string, content: Uint8Array): void {
    writeFileSync(join(this.source, name), content);
  }

  /** Something to back up, this many bytes of it. */
  change(bytes: number): string {
    this.#changes += 1;
    this.write('changing', randomBytes(bytes));
    this.write('small-7', Buffer.from(`change ${this.#changes}`));
    return join(this.source, 'changing');
  }

  /** Runs a command while system calls fail, and sees to it that some did. */
  async underFault(fault: SystemCallFault, args: readonly string[], end: ExpectedEnd): Promise<Ending> {
    const log = this.place.at('strikes');
    const ending = await this.#ends(args, end, { under: underFault(fault, log) });
    expect(strikes(log)).toBeGreaterThan(0);
    return ending;
  }

  /** Runs a command whose threads' first writes are cut short; it is not to notice. */
  async withShortWrites(count: number, args: readonly string[]): Promise<void> {
    const env = { NODE_OPTIONS: `--import=${SHORT_WRITES}`, SHORT_WRITES: String(count) };
    const ending = await this.#ends(args, { status: 0 }, { env });
    expect(ending.stderr).toContain('a write was cut short');
  }

  /** Runs a command of whose threads the second write to the destination fails, alone or with all that follow. */
  async withFailingWrites(
    fault: { readonly code: 'EIO' | 'ENOSPC'; readonly always: boolean },
    args: readonly string[],
    end: ExpectedEnd,
  ): Promise<void> {
    const env = {
      NODE_OPTIONS: `--import=${FAILING_WRITES}`,
      FAILING_WRITES: this.disks.out.mountPoint,
      FAILING_WRITES_CODE: fault.code,
      ...(fault.always ? { FAILING_WRITES_FROM_THEN_ON: '1' } : {}),
    };
    const ending = await this.#ends(args, end, { env });
    expect(ending.stderr).toContain('a write failed');
  }

  /** Runs a command while a disk has only so much room left. */
  async withRoom(disk: MemoryDisk, bytes: number, args: readonly string[], end: ExpectedEnd): Promise<void> {
    rmSync(join(this.disks.home.mountPoint, 'reserve'), { force: true });
    await this.onFullDisk(disk, bytes, args, end);
  }

  /** The same with what is set aside in the home for a disk that is full. */
  async onFullDisk(disk: MemoryDisk, bytes: number, args: readonly string[], end: ExpectedEnd): Promise<void> {
    disk.leave(bytes);
    try {
      await this.#ends(args, end);
    } finally {
      disk.grow();
    }
  }

  /** A backup without a fault, after one with: nothing is left out. */
  async backup(): Promise<SetView> {
    const ending = await this.#undisturbed(['backup', 'files']);
    return answerOf<{ set: SetView }>(ending, 0).set;
  }

  /** Restores the first set to the destination, going on with what is there, and compares. */
  async restoreFirst(): Promise<void> {
    await this.#undisturbed(['restore', this.first, '--to', this.disks.out.mountPoint]);
    await this.expectFirstRestored();
  }

  async expectFirstRestored(): Promise<void> {
    const { mountPoint } = this.disks.out;
    expect(await compareTrees(this.#was, join(mountPoint, this.source), { rsync: false })).toEqual([]);
    this.clearOut();
  }

  clearOut(): void {
    const { mountPoint } = this.disks.out;
    for (const name of readdirSync(mountPoint)) rmSync(join(mountPoint, name), { recursive: true, force: true });
  }

  /** Files at the destination, under their own names or others. */
  restored(): string[] {
    try {
      return readdirSync(join(this.disks.out.mountPoint, this.source));
    } catch {
      return [];
    }
  }

  /** No file at the destination has its own name unless it is whole, and none has another one. */
  expectOnlyWholeFiles(): void {
    for (const name of this.restored()) {
      const [is, was] = [join(this.disks.out.mountPoint, this.source), this.#was].map((dir) =>
        readFileSync(join(dir, name)),
      );
      expect([name, was !== undefined && is?.equals(was)]).toEqual([name, true]);
    }
  }

  /** Every set that was reported as done is complete, everything on tape is sound, and first and last set restore exactly. */
  async expectNothingLost(): Promise<void> {
    const { sets } = await this.place.done('sets', ['sets']);
    const complete = sets.filter(({ state }) => state === 'complete').map(({ id }) => id);
    expect(complete).toEqual(expect.arrayContaining(this.#reported));
    const verified = await this.place.done('verify', ['verify', '--vault', this.place.vault]);
    expect(verified.damaged).toEqual([]);
    await this.restoreFirst();
    const last = this.#reported.at(-1) ?? '';
    await this.#undisturbed(['restore', last, '--to', this.disks.out.mountPoint]);
    expect(await compareTrees(this.source, join(this.disks.out.mountPoint, this.source), { rsync: false })).toEqual([]);
    this.clearOut();
  }

  async #undisturbed(args: readonly string[]): Promise<Ending> {
    const ending = await this.place.inTurn(args);
    this.#answer(ending, 0);
    return ending;
  }

  #answer(ending: Ending, status: number): Answer {
    const answer = answerOf<Answer>(ending, status);
    if (answer.set?.state === 'complete') this.#reported.push(answer.set.id);
    return answer;
  }

  async #ends(args: readonly string[], end: ExpectedEnd, options: RunOptions = {}): Promise<Ending> {
    const ending = await this.place.run(args, options);
    const answer = this.#answer(ending, end.status);
    if (end.code !== undefined) expect(answer.error).toMatchObject({ code: end.code });
    for (const part of end.says ?? []) expect(answer.error?.message).toContain(part);
    if (end.warning)
      expect(answer.set?.warnings ?? answer.warnings).toContainEqual(expect.objectContaining(end.warning));
    return ending;
  }
}

interface Answer {
  readonly set?: SetView;
  readonly warnings?: readonly WarningView[];
  readonly error?: { readonly code: string; readonly message: string };
}
