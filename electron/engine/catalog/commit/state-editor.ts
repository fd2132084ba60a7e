import { NodeBitmap } from '../node-bitmap.ts';
import { typeOfPacked } from '../packed-identity.ts';
import type { Store } from '../store.ts';
import { versionAt } from '../version-at.ts';
import { VersionWriter } from './version-writer.ts';

const IMPLIED = new Uint8Array();

/**
 * The state of an object's tree as the set being committed leaves it. Before the first change it is that of the newest
 * set of the object; every change is a version since the new set's ordinal, and at most one for each node.
 */
export class StateEditor {
  readonly rows: VersionWriter;
  /** Nodes that the set itself holds: its removals do not reach them. */
  readonly own = new NodeBitmap();
  readonly touched = new NodeBitmap();
  readonly #store: Store;
  readonly #firstVersion: number;

  constructor(store: Store, ordinal: number) {
    this.#store = store;
    this.rows = new VersionWriter(store, ordinal);
    this.#firstVersion = this.rows.nextVersion;
  }

  /** A node that was not known, with an element of the set. */
  add(dir: number, name: string, kind: number, identity: Uint8Array, layout: Uint8Array | null): number {
    const node = this.rows.node(dir, name, this.rows.version(null, kind, identity, layout));
    this.own.add(node);
    this.touched.add(node);
    return node;
  }

  /** An element of the set at a node that is known. */
  put(node: number, head: number | null, kind: number, identity: Uint8Array, layout: Uint8Array | null): void {
    this.own.add(node);
    this.#set(node, head, kind, identity, layout);
  }

  /** Brings a node back to what it was at an ordinal; `ordinal` null: to not being there. */
  revert(node: number, ordinal: number | null): void {
    const head = this.headOf(node);
    const then = ordinal === null ? null : versionAt(this.#store, head, ordinal);
    if (then === null) this.#remove(node, head);
    if (then === null || then.id === head) return;
    this.#set(node, head, then.kind, then.identity, then.layout);
    const sql = 'INSERT INTO layout_part SELECT ?, part, body FROM layout_part WHERE version = ?';
    this.#store.run(sql, this.headOf(node), then.id);
  }

  /** Takes a node and everything beneath it away; with `sparing`, but for what the set itself holds. */
  removeTree(top: number, sparing: boolean): void {
    this.rows.flush();
    const left = [top];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (!(sparing && this.own.has(node))) this.#remove(node, this.headOf(node));
      for (const [child] of this.#store.all<[number]>('SELECT node FROM child WHERE dir = ?', node)) left.push(child);
    }
  }

  /** Takes away everything beneath a node. */
  removeBeneath(top: number): void {
    this.rows.flush();
    for (const [child] of this.#store.all<[number]>('SELECT node FROM child WHERE dir = ?', top)) {
      this.removeTree(child, false);
    }
  }

  /** Makes sure that a directory with something in it, and those above it, are there to be browsed. */
  imply(dir: number): void {
    for (let node = dir; node !== 0; ) {
      const row = this.#store.get<[number, number | null]>('SELECT dir, head FROM node WHERE id = ?', node);
      if (row === undefined || this.typeOf(row[1]) !== null) return;
      this.#set(node, row[1], null, IMPLIED, null);
      this.rows.flush();
      node = row[0];
    }
  }

  headOf(node: number): number | null {
    return this.#store.get<[number | null]>('SELECT head FROM node WHERE id = ?', node)?.[0] ?? null;
  }

  /** The type number of a version, 1 (directory) for one that is only implied; null when it says "gone". */
  typeOf(version: number | null): number | null {
    if (version === null) return null;
    const identity = this.#store.get<[Uint8Array | null]>('SELECT identity FROM version WHERE id = ?', version)?.[0];
    return identity === null || identity === undefined ? null : typeOfPacked(identity);
  }

  #remove(node: number, head: number | null): void {
    if (this.typeOf(head) !== null) this.#set(node, head, null, null, null);
  }

  #set(
    node: number,
    head: number | null,
    kind: number | null,
    identity: Uint8Array | null,
    layout: Uint8Array | null,
  ): void {
    this.touched.add(node);
    if (head !== null && head >= this.#firstVersion) {
      this.rows.flush();
      this.#store.run(
        'UPDATE version SET class = ?, identity = ?, layout = ? WHERE id = ?',
        kind,
        identity,
        layout,
        head,
      );
      this.#store.run('DELETE FROM layout_part WHERE version = ?', head);
      return;
    }
    this.#store.run('UPDATE node SET head = ? WHERE id = ?', this.rows.version(head, kind, identity, layout), node);
  }
}
