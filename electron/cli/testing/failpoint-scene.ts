import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { SetView } from '../../../shared/contract/backup.ts';
import { catalogContent, readListedChunks } from '../../console/testing/catalog-content.ts';
import type { Failpoint } from '../../platform/failpoints.ts';
import { compareTrees } from '../../platform/testing/hostile-tree.ts';
import { answerOf, type Ending, type RunOptions, Workplace } from './workplace.ts';

/** Commands that make something durable, and so have places where they can be killed. */
export const COMMANDS = ['create', 'add', 'backup', 'restore', 'rebuild', 'open'] as const;
export type KilledCommand = (typeof COMMANDS)[number];

const MEGABYTE = 1 << 20;
const WINDOWS = [Buffer.alloc(MEGABYTE), Buffer.alloc(MEGABYTE)] as const;

/** What there is to back up, and how large the tapes are. A chunk takes 10 MB of content. */
export interface SceneSizes {
  /** The largest file of the first set, and one that comes after it. */
  readonly first: number;
  readonly second: number;
  readonly tape: number;
}

/**
 * A chunk goes to either of the first two tapes, and no third one fits on any of them: the next backup has to label
 * another tape, in a drive that wrote to its first.
 */
export const LONG_BACKUP: SceneSizes = { first: 2 * MEGABYTE, second: 24 * MEGABYTE, tape: 13 * MEGABYTE };
/** The first set lies on both tapes, and the next backup is short. */
export const SHORT_BACKUP: SceneSizes = { first: 11 * MEGABYTE, second: MEGABYTE, tape: 32 * MEGABYTE };

/** A vault with one finished set, and a source that has changed since. `reset` brings the same state back for each case. */
export class FailpointScene {
  readonly place = new Workplace();
  readonly #source = this.place.at('source');
  readonly #was = this.place.at('was');
  readonly #sizes: SceneSizes;
  #first = '';
  #catalog: Readonly<Record<string, unknown>> = {};

  constructor(sizes: SceneSizes) {
    this.#sizes = sizes;
  }

  /** Makes the state that every case starts from. */
  async prepare(): Promise<void> {
    mkdirSync(this.#source);
    const write = (name: string, content: string | Buffer): void => writeFileSync(join(this.#source, name), content);
    for (let at = 0; at < 120; at += 1) write(`small-${at}`, `content ${at}\n`.repeat(at));
    write('large', randomBytes(this.#sizes.first));
    linkSync(join(this.#source, 'large'), join(this.#source, 'large-too'));
    symlinkSync('large', join(this.#source, 'link'));
    mkdirSync(join(this.#source, 'folder'), { mode: 0o711 });
    write('folder/inside', 'inside');
    execFileSync('mkfifo', ['-m', '600', join(this.#source, 'pipe')]);
    const { vault } = this.place;
    await this.place.done('vault.create', ['vault', 'create', vault, '--slots', '32', '--drives', '2']);
    // The program itself makes no tapes this small.
    const library = join(vault, 'library.json');
    const settings = readFileSync(library, 'utf8').replace(/(?<="tapeBytes": )\d+/, String(this.#sizes.tape));
    writeFileSync(library, settings);
    await this.place.done('object.add', ['object', 'add', 'files', '--vault', vault, '--files', this.#source]);
    const { set } = await this.place.done('backup', ['backup', 'files']);
    this.#first = set.id;
    copy(this.#source, this.#was);
    this.changeContent();
    for (let at = 0; at < 120; at += 7) write(`small-${at}`, 'changed');
    rmSync(join(this.#source, 'small-3'));
    for (const name of ['home', 'vault']) copy(this.place.at(name), this.place.at('kept', name));
    this.#catalog = await catalogContent(this.place.home, vault);
  }

  /** Gives the next backup all of its new file to write, whatever the one before has brought to tape. */
  changeContent(): void {
    writeFileSync(join(this.#source, 'second'), randomBytes(this.#sizes.second));
  }

  /** Back to that state. */
  reset(): void {
    for (const name of ['home', 'vault']) {
      rmSync(this.place.at(name), { recursive: true, force: true });
      copy(this.place.at('kept', name), this.place.at(name));
    }
    for (const name of ['out', 'check', 'new-vault', 'new-home'])
      rmSync(this.place.at(name), { recursive: true, force: true });
  }

  /** Runs a command that kills itself at the Nth time that it passes a failpoint. */
  async kill(command: KilledCommand, failpoint: Failpoint, hit = 1): Promise<Ending> {
    const { args, home } = this.#command(command);
    const env = { COLDFRAME_FAILPOINT: `${failpoint}:${hit}` };
    return this.place.run(args, { ...(home === undefined ? {} : { home }), env });
  }

  /** Holds what a killed command left against what is promised to be there, without another command to help. */
  async nothingIsLost(command: KilledCommand, killed: Ending): Promise<void> {
    if (command === 'backup') {
      await this.#setsAreKept(reported(killed));
      return;
    }
    await this.nothingChanged();
    if (command === 'restore') this.expectNoHalfFiles();
  }

  /** The next commands work as if nothing had happened. */
  async worksAgain(command: KilledCommand): Promise<void> {
    await WORKS_AGAIN[command](this);
  }

  /** Runs the command again, undisturbed. */
  async again(command: KilledCommand): Promise<Ending> {
    const { args, home } = this.#command(command);
    return this.place.inTurn(args, home === undefined ? {} : { home });
  }

  /** What a command that writes nothing to tape leaves alone: the catalog of the home, and every byte of the tapes. */
  async nothingChanged(home = this.place.home): Promise<void> {
    expect(await catalogContent(home, this.place.vault)).toEqual(this.#catalog);
    this.#tapesAreUntouched();
  }

  #tapesAreUntouched(): void {
    const [was, is] = ['kept/vault/tapes', 'vault/tapes'].map((name) => this.place.at(name)) as [string, string];
    expect(readdirSync(is).toSorted()).toEqual(readdirSync(was).toSorted());
    for (const name of readdirSync(was))
      expect([name, sameBytes(join(is, name), join(was, name))]).toEqual([name, true]);
  }

  /** The finished set and every reported one is complete, the first as it was; whatever is listed is on tape, sound. */
  async #setsAreKept(alsoComplete: readonly string[]): Promise<void> {
    const { home, vault } = this.place;
    const is = await catalogContent(home, vault);
    expect(is).toMatchObject(this.#catalog);
    for (const id of alsoComplete) expect(is[id]).toMatchObject({ facts: { state: 'complete' } });
    expect(await readListedChunks(home, vault)).toBeGreaterThan(0);
  }

  /** The finished set is listed and restores exactly, and so does any other that is listed as complete. */
  async everySetIsThere(options: RunOptions = {}): Promise<void> {
    const { sets } = await this.place.done('sets', ['sets'], options);
    const complete = sets.filter(({ state }) => state === 'complete').map(({ id }) => id);
    expect(complete).toContain(this.#first);
    for (const id of complete) await this.restores(id, options);
  }

  /** A set restores exactly: the first one what was there first, every later one what is there now. */
  async restores(id: string, options: RunOptions = {}): Promise<void> {
    const out = this.place.at('check');
    rmSync(out, { recursive: true, force: true });
    await this.place.done('restore', ['restore', id, '--to', out], options);
    const expected = id === this.#first ? this.#was : this.#source;
    expect(await compareTrees(expected, join(out, this.#source), { rsync: false })).toEqual([]);
  }

  /** No file stands at the destination under its own name unless it is whole. */
  expectNoHalfFiles(): void {
    const out = this.place.at('out', this.#source);
    if (!existsSync(out)) return;
    for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
      const original = join(this.#was, name);
      if (!existsSync(original) || !lstatSync(original).isFile()) continue;
      expect([name, sameBytes(join(out, name), original)]).toEqual([name, true]);
    }
  }

  /** No job of a killed process is left in a home, nor a catalog that was being made. */
  expectNothingLeft(home = this.place.home): void {
    expect(readdirSync(join(home, 'jobs'))).toEqual([]);
    expect(readdirSync(join(home, 'catalogs')).filter((name) => name.includes('fresh'))).toEqual([]);
  }

  /** What a restore that was run again has brought: everything, and nothing beside it. */
  async expectRestored(): Promise<void> {
    const out = this.place.at('out', this.#source);
    expect(await compareTrees(this.#was, out, { rsync: false })).toEqual([]);
  }

  #command(command: KilledCommand): { readonly args: readonly string[]; readonly home?: string } {
    const { vault } = this.place;
    const table: Readonly<Record<KilledCommand, { readonly args: readonly string[]; readonly home?: string }>> = {
      create: { args: ['vault', 'create', this.place.at('new-vault')] },
      add: { args: ['object', 'add', 'more', '--vault', vault, '--files', this.#was] },
      backup: { args: ['backup', 'files', '--level', 'incremental'] },
      restore: { args: ['restore', this.#first, '--to', this.place.at('out')] },
      rebuild: { args: ['vault', 'rebuild', vault] },
      open: { args: ['vault', 'open', vault], home: this.place.at('new-home') },
    };
    return table[command];
  }
}

/** What must go on working after each command was killed. */
const WORKS_AGAIN: Readonly<Record<KilledCommand, (scene: FailpointScene) => Promise<void>>> = {
  create: async (scene) => {
    const again = await scene.again('create');
    const dir = scene.place.at('new-vault');
    if (again.status === 0) return;
    expect(answerOf<{ error: { code: string } }>(again, 2).error.code).toBe('VAULT_EXISTS');
    await scene.place.done('vault.open', ['vault', 'open', dir]);
    await scene.place.done('vault.show', ['vault', 'show', dir]);
  },
  add: async (scene) => {
    const again = await scene.again('add');
    if (again.status !== 0) expect(answerOf<{ error: { code: string } }>(again, 2).error.code).toBe('OBJECT_EXISTS');
    await scene.place.done('object.show', ['object', 'show', 'more']);
  },
  backup: async (scene) => {
    await scene.everySetIsThere();
    const { set } = answerOf<{ set: SetView }>(await scene.again('backup'), 0);
    await scene.restores(set.id);
  },
  restore: async (scene) => {
    answerOf(await scene.again('restore'), 0);
    await scene.expectRestored();
  },
  rebuild: async (scene) => {
    await scene.everySetIsThere();
    answerOf(await scene.again('rebuild'), 0);
    await scene.nothingChanged();
    scene.expectNothingLeft();
  },
  open: async (scene) => {
    const home = scene.place.at('new-home');
    answerOf(await scene.again('open'), 0);
    await scene.nothingChanged(home);
    scene.expectNothingLeft(home);
    const { set } = await scene.place.done('backup', ['backup', 'files'], { home });
    await scene.restores(set.id, { home });
  },
};

/** Sets that a command had reported as done before it died. */
function reported({ stdout }: Ending): string[] {
  const id = /"set":\{"id":"([0-9a-f]{32})"/.exec(stdout)?.[1];
  return id === undefined ? [] : [id];
}

/** A copy in which hard links stay hard links. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('cp', ['-a', '--reflink=auto', from, to]);
}

/** Reads both files through the same small buffers: fresh memory for a whole tape costs more than the bytes in it. */
function sameBytes(...files: readonly [string, string]): boolean {
  const [one, other] = files.map((file) => openSync(file, 'r')) as [number, number];
  try {
    for (;;) {
      const [read, more] = [readSync(one, WINDOWS[0]), readSync(other, WINDOWS[1])];
      if (read !== more || WINDOWS[0].compare(WINDOWS[1], 0, read, 0, read) !== 0) return false;
      if (read === 0) return true;
    }
  } finally {
    closeSync(one);
    closeSync(other);
  }
}
