import type { DatabaseSync } from 'node:sqlite';
import type { Picture } from '../../../shared/contract/picture.ts';

export interface PictureTable {
  /** Keeps the picture of a job that ended, and no more than so many of the newest. */
  put(picture: Picture, kept: number): void;
  get(job: string): Picture | null;
}

/** Pictures of finished jobs. */
export const pictureTable = (database: DatabaseSync): PictureTable => ({
  put: (picture, kept) => {
    database
      .prepare('INSERT OR REPLACE INTO pictures (job, at, body) VALUES (?, ?, ?)')
      .run(picture.job, Date.now(), JSON.stringify(picture));
    database
      .prepare('DELETE FROM pictures WHERE job NOT IN (SELECT job FROM pictures ORDER BY at DESC, rowid DESC LIMIT ?)')
      .run(kept);
  },
  get: (job) => {
    const row = database.prepare('SELECT body FROM pictures WHERE job = ?').get(job);
    return row ? (JSON.parse(String(row.body)) as Picture) : null;
  },
});
