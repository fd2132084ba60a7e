/** Every worker's source, relative to this file. A new `x.worker.ts` gets a line here: `x: '../engine/…/x.worker.ts'`. */
const sources = {
  'back-end': '../engine/tape/back-end.worker.ts',
  carry: '../engine/tape/scsi/carry.worker.ts',
  catalog: '../engine/catalog/catalog.worker.ts',
  'changer-glance': '../engine/tape/changer-glance.worker.ts',
  'changer-look': '../engine/tape/scsi/changer-look.worker.ts',
  connection: '../engine/nbd/connection.worker.ts',
  'export-look': '../console/volumes/export-look.worker.ts',
  'drive-label': '../engine/tape/drive-label.worker.ts',
  'front-end': '../engine/mover/front-end.worker.ts',
  browse: '../console/browse/browse.worker.ts',
  measure: '../console/places/measure.worker.ts',
  merge: '../console/merge/merge.worker.ts',
  rebuild: '../console/rebuild/rebuild.worker.ts',
  reclaim: '../console/reclaim/reclaim.worker.ts',
  replica: '../engine/snapshot/replica/replica.worker.ts',
  'restore-plan': '../engine/restore/execute/restore-plan.worker.ts',
  'restore-reader': '../engine/restore/execute/restore-reader.worker.ts',
  'restore-verifier': '../engine/restore/verify/restore-verifier.worker.ts',
  'restore-writer': '../engine/restore/execute/restore-writer.worker.ts',
  'socket-server': '../engine/nbd/socket-server.worker.ts',
  scan: '../console/backup/scan.worker.ts',
  'tape-copy': '../engine/tape/tape-copy.worker.ts',
  'tape-transfer': '../engine/tape/tape-transfer.worker.ts',
  'tls-client': '../engine/nbd/client/tls-client.worker.ts',
  'volume-copy': '../engine/restore/device/volume-copy.worker.ts',
} as const satisfies Record<string, `../${string}.worker.ts`>;

export type WorkerName = keyof typeof sources;

/**
 * @public
 * Where a worker starts: its TypeScript source in a checkout, which Node runs as it is, or the bundled
 * `NAME.worker.js` beside the bundle that asks.
 */
export function workerEntry(name: WorkerName): URL {
  return resolveWorker(name, import.meta.url, sources);
}

/** Resolves a worker for a module at `asker`; the table is only looked at when that module is this very source. */
export function resolveWorker(name: string, asker: string, table: Readonly<Record<string, string>>): URL {
  if (!asker.endsWith('/electron/platform/workers.ts')) return new URL(`./${name}.worker.js`, asker);
  const source = table[name];
  if (source === undefined) throw new RangeError(`There is no worker named "${name}" in electron/platform/workers.ts.`);
  return new URL(source, asker);
}

/** The names and sources of all workers, so that a test can compare them with what is on disk. */
export const workerSources: Readonly<Record<string, string>> = sources;
