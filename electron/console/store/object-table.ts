import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Selection } from '../../../shared/model/selection.ts';
import type { ProtectedObject } from '../use-cases.ts';

export interface StoredObject extends ProtectedObject {
  readonly vault: string;
  readonly createdAt: number;
  /** How long before each of its backups the snapshot of its volumes is announced. */
  readonly noticeMs?: number | null;
}

export interface ObjectTable {
  add(object: StoredObject): void;
  /** Another selection for an object that is known. */
  select(id: string, selection: Selection): void;
  announce(id: string, noticeMs: number | null): void;
  remove(id: string): void;
  list(): StoredObject[];
  byName(name: string): StoredObject | null;
}

/** The logical objects of this home. */
export const objectTable = (database: DatabaseSync): ObjectTable => ({
  add: (object) => {
    database
      .prepare(
        'INSERT INTO objects (id, name, kind, vault, selection, volumes, created_at, notice_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        object.id,
        object.name,
        object.kind,
        object.vault,
        JSON.stringify(object.selection),
        JSON.stringify(object.volumes),
        object.createdAt,
        object.noticeMs ?? null,
      );
  },
  select: (id, selection) => {
    database.prepare('UPDATE objects SET selection = ? WHERE id = ?').run(JSON.stringify(selection), id);
  },
  announce: (id, noticeMs) => {
    database.prepare('UPDATE objects SET notice_ms = ? WHERE id = ?').run(noticeMs, id);
  },
  remove: (id) => {
    database.prepare('DELETE FROM objects WHERE id = ?').run(id);
  },
  list: () => database.prepare('SELECT * FROM objects ORDER BY name').all().map(fromRow),
  byName: (name) => {
    const row = database.prepare('SELECT * FROM objects WHERE name = ?').get(name);
    return row ? fromRow(row) : null;
  },
});

const fromRow = (row: Record<string, SQLOutputValue>): StoredObject => ({
  id: String(row.id),
  name: String(row.name),
  kind: row.kind === 'volumes' ? 'volumes' : 'files',
  vault: String(row.vault),
  selection: JSON.parse(String(row.selection)) as Selection,
  volumes: JSON.parse(String(row.volumes)) as string[],
  createdAt: Number(row.created_at),
  noticeMs: row.notice_ms === null ? null : Number(row.notice_ms),
});
