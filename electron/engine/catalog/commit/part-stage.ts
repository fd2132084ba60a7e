import { PART_BYTES } from '../../../../shared/model/element.ts';
import { unpackIdentity } from '../packed-identity.ts';
import type { Store } from '../store.ts';
import type { StateEditor } from './state-editor.ts';

/** Holds the parts of long files aside, on disk, until it is known which versions they belong to. */
export class PartStage {
  readonly #store: Store;
  #used = false;

  constructor(store: Store) {
    this.#store = store;
  }

  add(node: number, part: number, layout: Uint8Array | null): void {
    if (!this.#used) {
      this.#store.db.exec(
        'CREATE TEMP TABLE IF NOT EXISTS part_stage(node INTEGER, part INTEGER, body BLOB, PRIMARY KEY(node, part))',
      );
      this.#store.run('DELETE FROM part_stage');
      this.#used = true;
    }
    this.#store.run('INSERT OR REPLACE INTO part_stage VALUES (?, ?, ?)', node, part, layout);
  }

  /** Hangs each part on the version that the set has of its element. A part that did not change shares its bytes. */
  attach(state: StateEditor): void {
    if (!this.#used) return;
    const sql = 'SELECT node, part, body FROM part_stage WHERE body IS NOT NULL ORDER BY node, part';
    for (const [node, part, body] of this.#store.each<[number, number, Uint8Array]>(sql)) {
      if (!state.own.has(node)) continue;
      const version = this.#store.get<[number, number | null, Uint8Array | null]>(
        'SELECT v.id, v.prev, v.identity FROM node n JOIN version v ON v.id = n.head WHERE n.id = ?',
        node,
      );
      if (version === undefined || version[2] === null || version[2].length === 0) continue;
      if (part * PART_BYTES >= unpackIdentity(version[2]).size) continue;
      const shared = this.#shared(version[1], part, body);
      const id = shared ?? this.#store.run('INSERT INTO layout_body(body) VALUES (?)', body);
      this.#store.run('INSERT OR REPLACE INTO layout_part VALUES (?, ?, ?)', version[0], part, id);
    }
    this.#store.run('DELETE FROM part_stage');
  }

  #shared(prev: number | null, part: number, body: Uint8Array): number | undefined {
    if (prev === null) return undefined;
    const before = this.#store.get<[number, Uint8Array]>(
      'SELECT b.id, b.body FROM layout_part p JOIN layout_body b ON b.id = p.body WHERE p.version = ? AND p.part = ?',
      prev,
      part,
    );
    return before !== undefined && Buffer.compare(before[1], body) === 0 ? before[0] : undefined;
  }
}
