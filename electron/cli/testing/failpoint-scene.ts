import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { SetView } from '../../../shared/contract/backup.ts';
import type { Failpoint } from '../../platform/failpoints.ts';
import { compareTrees } from '../../platform/testing/hostile-tree.ts';
import { answerOf, type Ending, type RunOptions, Workplace } from './workplace.ts';

/** Commands that make something durable, and so have places where they can be killed. */
export const COMMANDS = ['create', 'add', 'backup', 'restore', 'rebuild', 'open'] as const;
export type KilledCommand = (typeof COMMANDS)[number];

/**
 * A vault with one finished set, and a source that has changed since. `reset` brings the same state back for each case.
 * The tapes are so small that the next backup has to label another one, whichever of the first two it begins with.
 */
export class FailpointScene {
  readonly place = new Workplace();
  readonly #source = this.place.at('source');
  readonly #was = this.place.at('was');
  #first = '';

  /** Makes the state that every case starts from. */
  async prepare(): Promise<void> {
    mkdirSync(this.#source);
    const write = (name: string, content: string | Buffer): void => writeFileSync(join(this.#source, name), content);
    for (let at = 0; at < 120; at += 1) write(`small-${at}`, `content ${at}\n`.repeat(at));
    write('large', randomBytes(16 << 20));
    linkSync(join(this.#source, 'large'), join(this.#source, 'large-too'));
    symlinkSync('large', join(this.#source, 'link'));
    const { vault } = this.place;
    const library = ['--tape-size', '32MiB', '--slots', '16', '--drives', '2'];
    await this.place.done('vault.create', ['vault', 'create', vault, ...library]);
    await this.place.done('object.add', ['object', 'add', 'files', '--vault', vault, '--files', this.#source]);
    const { set } = await this.place.done('backup', ['backup', 'files']);
    this.#first = set.id;
    copy(this.#source, this.#was);
    write('second', randomBytes(50 << 20));
    for (let at = 0; at < 120; at += 7) write(`small-${at}`, 'changed');
    rmSync(join(this.#source, 'small-3'));
    for (const name of ['home', 'vault']) copy(this.place.at(name), this.place.at('kept', name));
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

  /** Holds the promises of the product against what a killed command left. */
  async check(command: KilledCommand, killed: Ending): Promise<void> {
    await this.place.besideConsole(this.place.home, async () => {
      await this.everySetIsThere(reported(killed));
      await CHECKS[command](this);
    });
  }

  /** Runs the command again, undisturbed. */
  async again(command: KilledCommand): Promise<Ending> {
    const { args, home } = this.#command(command);
    return this.place.run(args, home === undefined ? {} : { home });
  }

  /** The finished set is listed and restores exactly; so does any other that is listed as complete, or was reported. */
  async everySetIsThere(alsoExpected: readonly string[], options: RunOptions = {}): Promise<void> {
    const { sets } = await this.place.done('sets', ['sets'], options);
    const complete = sets.filter(({ state }) => state === 'complete').map(({ id }) => id);
    expect(complete).toEqual(expect.arrayContaining([this.#first, ...alsoExpected]));
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
    for (const entry of readdirSync(out, { withFileTypes: true })) {
      const original = join(this.#was, entry.name);
      if (!entry.isFile() || !existsSync(original)) continue;
      expect([entry.name, digest(join(out, entry.name))]).toEqual([entry.name, digest(original)]);
    }
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

/** What must hold after each command was killed, besides that no set is lost. */
const CHECKS: Readonly<Record<KilledCommand, (scene: FailpointScene) => Promise<void>>> = {
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
    const { set } = answerOf<{ set: SetView }>(await scene.again('backup'), 0);
    await scene.restores(set.id);
    const verified = await scene.place.done('verify', ['verify', '--vault', scene.place.vault]);
    expect(verified.damaged).toEqual([]);
  },
  restore: async (scene) => {
    scene.expectNoHalfFiles();
    answerOf(await scene.again('restore'), 0);
    await scene.expectRestored();
  },
  rebuild: async (scene) => {
    answerOf(await scene.again('rebuild'), 0);
    await scene.everySetIsThere([]);
  },
  open: async (scene) => {
    const home = scene.place.at('new-home');
    await scene.place.besideConsole(home, async () => {
      answerOf(await scene.again('open'), 0);
      await scene.everySetIsThere([], { home });
    });
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

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
