import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { VaultInfo } from '../use-cases.ts';

export interface VaultTable {
  /** Adds a vault, or learns where a known one now lies. One that was sealed stays so, whatever it says of itself. */
  put(vault: VaultInfo): void;
  list(): VaultInfo[];
  byId(id: string): VaultInfo | null;
  /** The vault that was seen last at a folder. */
  byDir(dir: string): VaultInfo | null;
}

/** Stands behind the folder of a vault in whose place another was seen; no path has it. Its id follows, for folders are unique. */
const ELSEWHERE = '\0';

/** The vaults that this home knows. */
export const vaultTable = (database: DatabaseSync): VaultTable => ({
  put: (vault) => {
    database
      .prepare('DELETE FROM vaults WHERE dir = ? AND id <> ? AND id NOT IN (SELECT vault FROM objects)')
      .run(vault.dir, vault.id);
    // Disks that take turns at one mount point: the vault that was seen there last has the folder.
    database
      .prepare('UPDATE vaults SET dir = dir || ? || id WHERE dir = ? AND id <> ?')
      .run(ELSEWHERE, vault.dir, vault.id);
    database
      .prepare(
        `INSERT INTO vaults (id, name, dir, sealed, created_at, added_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, dir = excluded.dir, 
         sealed = MAX(sealed, excluded.sealed)`,
      )
      .run(vault.id, vault.name, vault.dir, vault.sealed ? 1 : 0, vault.createdAt, Date.now());
  },
  list: () => database.prepare('SELECT * FROM vaults ORDER BY added_at, name').all().map(fromRow),
  byId: (id) => one(database.prepare('SELECT * FROM vaults WHERE id = ?').get(id)),
  byDir: (dir) => one(database.prepare('SELECT * FROM vaults WHERE dir = ?').get(dir)),
});

const one = (row: Record<string, SQLOutputValue> | undefined): VaultInfo | null => (row ? fromRow(row) : null);

const fromRow = (row: Record<string, SQLOutputValue>): VaultInfo => ({
  id: String(row.id),
  name: String(row.name),
  dir: String(row.dir).split(ELSEWHERE, 1)[0] ?? '',
  sealed: row.sealed === 1,
  createdAt: row.created_at === null ? null : Number(row.created_at),
});
