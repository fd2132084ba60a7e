import { byteStringFromText, displayText } from '../../../../shared/byte-string.ts';
import type { Selection } from '../../../../shared/model/selection.ts';
import type { EntryCursor } from '../cursor.ts';
import type { Visitor, WalkWarning } from '../visitor.ts';

/** A visitor that writes down what it is told. */
export class Recorder implements Visitor {
  readonly paths: string[] = [];
  readonly left: Record<string, { entries: number; bytes: number }> = {};
  readonly warnings: WalkWarning[] = [];
  readonly open: string[] = [];
  readonly incomplete: string[] = [];
  readonly mounts: string[] = [];
  /** Called for each element, directories included. */
  readonly #onElement: (cursor: EntryCursor) => void;

  constructor(onElement: (cursor: EntryCursor) => void = () => {}) {
    this.#onElement = onElement;
  }

  enterDirectory(cursor: EntryCursor): boolean {
    this.open.push(displayText(cursor.path));
    this.#keep(cursor);
    return true;
  }

  entry(cursor: EntryCursor): void {
    this.#keep(cursor);
  }

  leaveDirectory(path: EntryCursor['path'], complete: boolean): void {
    const entered = this.open.pop();
    if (entered !== displayText(path)) throw new Error(`left ${displayText(path)} while in ${entered}`);
    if (!complete) this.incomplete.push(displayText(path));
  }

  leftOut(rule: string, entries: number, bytes: number): void {
    this.left[rule] ??= { entries: 0, bytes: 0 };
    this.left[rule].entries += entries;
    this.left[rule].bytes += bytes;
  }

  warning(warning: WalkWarning): void {
    this.warnings.push(warning);
  }

  notCrossed(path: EntryCursor['path']): void {
    this.mounts.push(displayText(path));
  }

  #keep(cursor: EntryCursor): void {
    this.paths.push(displayText(cursor.path));
    this.#onElement(cursor);
  }
}

/** A selection of folders. */
export const select = (roots: readonly string[], more: Partial<Selection> & { cross?: boolean } = {}): Selection => ({
  roots: roots.map((path) => ({
    pathBase64: Buffer.from(byteStringFromText(path), 'latin1').toString('base64'),
    crossFileSystems: more.cross ?? false,
  })),
  unprotected: more.unprotected ?? [],
  exclude: more.exclude ?? [],
});
