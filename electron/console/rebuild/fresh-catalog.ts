import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { retireLog } from '../../engine/catalog/index.ts';
import { syncDirectory } from '../../platform/durable-write.ts';
import { failpoint } from '../../platform/failpoints.ts';

/** A catalog that is made beside the one in use, and takes its place in one step or leaves it as it is. */
export class FreshCatalog {
  readonly file: string;
  readonly #target: string;

  /** Begins anew: what an earlier attempt left is gone. */
  constructor(target: string) {
    this.#target = target;
    this.file = `${target}.fresh`;
    this.#remove();
  }

  /** Puts it in place of the one in use; neither is open for writing. Durable when it returns. */
  place(): void {
    failpoint('rebuild:before-place');
    retireLog(this.#target);
    renameSync(this.file, this.#target);
    failpoint('rebuild:after-place');
    syncDirectory(dirname(this.#target));
  }

  [Symbol.dispose](): void {
    this.#remove();
  }

  #remove(): void {
    const folder = dirname(this.file);
    // Its logs, too, and what a process that was killed was still filling it from.
    for (const name of readdirSync(folder).filter((each) => each.startsWith(basename(this.file))))
      rmSync(join(folder, name), { force: true });
  }
}
