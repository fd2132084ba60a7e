import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type DiskLock, lockDisk } from '../../../platform/disk-lock.ts';
import { errnoOf } from '../../../platform/errno.ts';
import { randomId } from '../../../platform/ids.ts';
import { readRegular } from '../../../platform/regular-file.ts';

const wanted = z.object({
  /** Folder of the vault; null where a changer is looked at before there is one. */
  vault: z.string().nullable(),
  /** Of the tape; null: all of its elements are looked at. */
  barcode: z.string().nullable(),
  for: z.array(z.object({ job: z.string(), kind: z.string(), object: z.string().nullable() })),
});
/** What somebody wants of a robot. */
export type RobotWanted = z.output<typeof wanted>;

/** What somebody wants of a robot, and since when, in milliseconds since the epoch; whether it is being done. */
export type QueuedForRobot = RobotWanted & { readonly moving: boolean; readonly since: number };

/** Somebody's place in the queue of a robot. */
export interface RobotTicket {
  /** Whether nobody waits who came before. */
  isNext(): boolean;
  begin(): void;
  end(): void;
}

const WAITS = 'waits';
const MOVES = 'moves';

/**
 * Who waits for a robot: a file for each in a folder that all processes of this user see, by the time it came, which it holds locked for as long as it lives. It says who is next and what is wanted; who has
 * the robot its own lock decides, so that nothing moves twice whatever becomes of the folder. Where there are no locks nobody is listed.
 */
export class RobotQueue {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null where the folder cannot be made, or is somebody else's. */
  static at(folder: string): RobotQueue | null {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const stat = lstatSync(folder);
      return stat.isDirectory() && stat.uid === userInfo().uid ? new RobotQueue(folder) : null;
    } catch {
      return null;
    }
  }

  /** Null where no place can be kept: the robot is waited for all the same. */
  join(value: RobotWanted): RobotTicket | null {
    const name = `${String(Date.now()).padStart(15, '0')}-${randomId()}`;
    const draft = join(this.#folder, `${name}.draft`);
    const paths = { waits: join(this.#folder, `${name}.${WAITS}`), moves: join(this.#folder, `${name}.${MOVES}`) };
    let lock: DiskLock | null = null;
    try {
      writeFileSync(draft, JSON.stringify(value), { flag: 'wx', mode: 0o600 });
      lock = lockDisk(draft);
      renameSync(draft, paths.waits);
    } catch (thrown) {
      lock?.release();
      rmSync(draft, { force: true });
      if (errnoOf(thrown) === null) throw thrown;
      return null;
    }
    return {
      isNext: () => !this.#living(WAITS).some((each) => each < `${name}.${WAITS}`),
      begin: () => {
        // Only one has the robot: what else says so was killed with it.
        for (const each of this.#names(MOVES)) rmSync(join(this.#folder, each), { force: true });
        ifItCanBe(() => renameSync(paths.waits, paths.moves));
      },
      end: () => {
        for (const path of Object.values(paths)) ifItCanBe(() => rmSync(path, { force: true }));
        lock?.release();
      },
    };
  }

  /** What is being done, then what waits, in its order. */
  list(): QueuedForRobot[] {
    return [...this.#living(MOVES), ...this.#living(WAITS)].flatMap((name) => {
      const value = this.#read(name);
      return value === null ? [] : { ...value, moving: name.endsWith(MOVES), since: Number(name.slice(0, 15)) };
    });
  }

  #read(name: string): RobotWanted | null {
    try {
      return wanted.parse(JSON.parse(readRegular(join(this.#folder, name)).toString('utf8')));
    } catch {
      // It is over meanwhile.
      return null;
    }
  }

  #names(state: string): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => name.endsWith(`.${state}`))
        .sort();
    } catch {
      return [];
    }
  }

  /** Those whose owners live; the others are cleared away. */
  #living(state: string): string[] {
    return this.#names(state).filter((name) => {
      const path = join(this.#folder, name);
      const lock = lockDisk(path);
      if (lock === null) return true;
      ifItCanBe(() => rmSync(path, { force: true }));
      lock.release();
      return false;
    });
  }
}

const ifItCanBe = (work: () => void): void => {
  try {
    work();
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
  }
};
