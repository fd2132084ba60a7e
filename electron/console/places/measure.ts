import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import type { MeasureSample } from '../../../shared/contract/places.ts';
import type { EntryCursor } from '../../engine/selection/cursor.ts';
import type { Visitor, WalkWarning } from '../../engine/selection/visitor.ts';
import { pathView } from '../paths.ts';
import { Largest } from './largest.ts';

const FIRST_UNREADABLE = 20;

interface Sum {
  elements: number;
  bytes: number;
}

interface RootSum extends Sum {
  readonly path: ByteString;
  finished: boolean;
}

/** Counts what a walk gives and what it leaves out, root by root and rule by rule. */
export class Measure implements Visitor {
  readonly #roots: RootSum[];
  readonly #byPath = new Map<ByteString, RootSum>();
  readonly #rules = new Map<string, Sum & { readonly largest: Largest }>();
  readonly #unreadable: { path: string; message: string }[] = [];
  readonly #passed: () => void;
  #unreadableCount = 0;
  #current: RootSum | undefined;
  #depth = 0;

  /** `passed` is called at every element: to look whether it is to go on. */
  constructor(roots: readonly ByteString[], passed: () => void) {
    this.#roots = roots.map((path) => ({ path, elements: 0, bytes: 0, finished: false }));
    for (const root of this.#roots) this.#byPath.set(root.path, root);
    this.#passed = passed;
  }

  enterDirectory(cursor: EntryCursor): void {
    if (this.#depth === 0) this.#begin(cursor.path);
    this.#depth += 1;
    this.#count(0);
  }

  entry(cursor: EntryCursor): void {
    if (this.#depth === 0) this.#begin(cursor.path);
    this.#count(cursor.size);
  }

  leaveDirectory(): void {
    this.#depth -= 1;
  }

  leftOut(rule: string, entries: number, bytes: number, path: ByteString): void {
    if (this.#byPath.has(path)) this.#begin(path);
    let sum = this.#rules.get(rule);
    if (sum === undefined) {
      sum = { elements: 0, bytes: 0, largest: new Largest() };
      this.#rules.set(rule, sum);
    }
    sum.elements += entries;
    sum.bytes += bytes;
    sum.largest.offer({ path, elements: entries, bytes });
    this.#passed();
  }

  /** As one element of no size: what lies in it is not looked at. */
  notCrossed(path: ByteString): void {
    this.leftOut('mounts', 1, 0, path);
  }

  warning({ path, message }: WalkWarning): void {
    this.#unreadableCount += 1;
    if (this.#unreadable.length < FIRST_UNREADABLE) this.#unreadable.push({ path: displayText(path), message });
  }

  sample(finished: boolean): MeasureSample {
    const sum = (part: 'elements' | 'bytes'): number => this.#roots.reduce((total, root) => total + root[part], 0);
    return {
      elements: sum('elements'),
      bytes: sum('bytes'),
      roots: this.#roots.map(({ path, elements, bytes, finished: done }) => ({
        ...pathView(path),
        elements,
        bytes,
        finished: finished || done,
      })),
      leftOut: [...this.#rules].map(([rule, { elements, bytes, largest }]) => ({
        rule,
        elements,
        bytes,
        largest: largest.list().map(({ path, ...size }) => ({ ...pathView(path), ...size })),
      })),
      unreadable: { elements: this.#unreadableCount, first: [...this.#unreadable] },
      finished,
    };
  }

  /** Roots are walked one after the other: a new one ends the one before. */
  #begin(path: ByteString): void {
    const root = this.#byPath.get(path);
    if (root === undefined || root === this.#current) return;
    if (this.#current) this.#current.finished = true;
    this.#current = root;
  }

  #count(bytes: number): void {
    if (this.#current) {
      this.#current.elements += 1;
      this.#current.bytes += bytes;
    }
    this.#passed();
  }
}
