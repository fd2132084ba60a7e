import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { syncDirectory } from '../../platform/durable-write.ts';

/** Restores of this process that are under way. */
const active = new Set<string>();

/**
 * Where the plan of a restore lies while it is carried out. The name follows from the request: the same restore, run
 * again after it was interrupted, finds what the run before left. Dispose of it on every path.
 */
export class RestoreFolder {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** `request`: all that makes two restores the same. Throws OBJECT_BUSY when the same one is under way. */
  static open(jobs: string, request: unknown): RestoreFolder {
    const key = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 32);
    const dir = join(jobs, `restore-${key}`);
    if (active.has(dir)) throw busy();
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    active.add(dir);
    return new RestoreFolder(dir);
  }

  /** The plan store that an interrupted run left, or null. */
  get prior(): string | null {
    return existsSync(this.#current) ? this.#current : null;
  }

  /** A file for the plan with this id. */
  planFile(id: string): string {
    return join(this.#dir, `plan-${id}`);
  }

  /** From here on the plan is what an interrupted run leaves. Returns its file. */
  adopt(id: string): string {
    renameSync(this.planFile(id), this.#current);
    syncDirectory(this.#dir);
    return this.#current;
  }

  /** The restore is over: nothing of it is left to go on with. */
  forget(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Ends the use of the folder; what an interrupted run needs stays. */
  [Symbol.dispose](): void {
    active.delete(this.#dir);
    if (!existsSync(this.#dir)) return;
    for (const name of readdirSync(this.#dir))
      if (name.startsWith('plan-')) rmSync(join(this.#dir, name), { force: true });
    if (this.prior === null) this.forget();
  }

  get #current(): string {
    return join(this.#dir, 'current');
  }
}

const busy = (): ColdframeError =>
  new ColdframeError('OBJECT_BUSY', {
    message: 'The same restore is under way already.',
    guidance: 'Wait for it, or cancel it.',
  });
