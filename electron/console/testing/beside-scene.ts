import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '../../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../../shared/contract/contract.ts';
import type { JobKind } from '../../../shared/contract/job-states.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { openConsole } from '../console.ts';
import type { ProgressCounters } from '../use-cases.ts';
import { engineUseCases } from '../wiring.ts';

/** By this, backups stay in the middle: each hands over one accumulation, and the next one minutes later. */
const SLOWEST = { days: [], from: '00:00', to: '00:00', source: null, vault: 16_384 };
const OBJECTS = ['one', 'two'];
const MEGABYTE = 1 << 20;

/** A home with a vault of three drives, and backups that are held in the middle. For tests and for processes that they kill. */
export class BesideScene {
  readonly root: string;
  readonly source: string;
  readonly vault: string;
  readonly console: ReturnType<typeof openConsole>;
  /** Hears how far restores are. */
  atProgress: ((counters: ProgressCounters) => void) | null = null;

  /** Goes on with what lies in the folder. */
  constructor(root: string) {
    this.root = root;
    this.source = path.join(root, 'source');
    this.vault = path.join(root, 'vault');
    const home = path.join(root, 'home');
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    this.console = openConsole(home, {
      ...engineUseCases,
      runRestore: async (session, request, job) => {
        const report = (counters: ProgressCounters): void => {
          this.atProgress?.(counters);
          job.report(counters);
        };
        return await engineUseCases.runRestore(session, request, { ...job, report });
      },
    });
  }

  at(name: string): string {
    return path.join(this.root, name);
  }

  call<P extends ProcedureName>(name: P, input: InputOf<P>, options?: CallOptions): Promise<OutputOf<P>> {
    return this.console.call(name, input, options);
  }

  library(): LibraryState {
    return JSON.parse(fs.readFileSync(path.join(this.vault, 'library.json'), 'utf8')) as LibraryState;
  }

  async statesOf(kind: JobKind): Promise<readonly string[]> {
    return (await this.call('job.list', { kinds: [kind], states: ['queued', 'running', 'paused'] })).jobs.map(
      ({ state }) => state,
    );
  }

  /** A set of the object `files` on two tapes, of which the first takes no more. */
  async twoTapes(): Promise<string> {
    await this.call('vault.create', { dir: this.vault, tapeSize: 96 * MEGABYTE, drives: 3, slots: 5 });
    await this.#object('files', this.source, 3);
    await this.call('backup', { object: 'files' });
    await this.call('tape.protect', { tape: 'CF0001', on: true });
    fs.writeFileSync(path.join(this.source, 'second'), randomBytes(3 * MEGABYTE));
    return (await this.call('backup', { object: 'files' })).set.id;
  }

  /** Two backups with something on tape and much before them, until `release`. */
  async heldBackups(): Promise<Promise<OutputOf<'backup'>>[]> {
    for (const object of OBJECTS) {
      await this.#object(object, this.at(object), 12);
      await this.call('settings.setOfObject', { object, limits: [SLOWEST] });
    }
    const before = this.#bytesOnTapes();
    const backups = OBJECTS.map((object) => this.call('backup', { object }));
    for (const each of backups) each.catch(() => undefined);
    while (this.#bytesOnTapes() < before + 16 * MEGABYTE) await sleep(20);
    return backups;
  }

  async release(): Promise<void> {
    for (const object of OBJECTS) await this.call('settings.setOfObject', { object, limits: [] });
  }

  restore(set: string, to: string, options?: CallOptions): Promise<OutputOf<'restore'>> {
    const from = OBJECTS.includes(set) ? this.at(set) : this.source;
    return this.call('restore', { set, to: { path: this.at(to) }, relativeTo: { path: from } }, options);
  }

  async #object(name: string, folder: string, megabytes: number): Promise<void> {
    fs.mkdirSync(folder, { recursive: true });
    for (let file = 0; file < 2; file += 1)
      fs.writeFileSync(path.join(folder, `file-${file}`), randomBytes((megabytes / 2) * MEGABYTE));
    await this.call('object.add', { name, vault: this.vault, files: [{ path: folder }] });
  }

  #bytesOnTapes(): number {
    const tapes = path.join(this.vault, 'tapes');
    return fs.readdirSync(tapes).reduce((sum, name) => sum + fs.statSync(path.join(tapes, name)).size, 0);
  }
}
