export * from './browse.ts';
export * from './chunks.ts';
export { copyCatalog, copyClosed, isSealedCopy, openCopy, retireLog } from './copy.ts';
export { type DamagedChunk, DamagedChunks } from './damaged-chunks.ts';
export { damagedSets, withThoseBelow } from './damaged-sets.ts';
export * from './diff.ts';
export * from './elements.ts';
export type { Entry } from './entries.ts';
export { expireSets } from './expire.ts';
export {
  type ExpiredSet,
  expiredChunks,
  expiredSets,
  forgetChunks,
  forgetExpired,
  isExpired,
  knowsExpiry,
  newestExpiry,
  rememberExpired,
  rememberRuns,
  runsOf,
} from './expired.ts';
export * from './find.ts';
export * from './folder-order.ts';
export { type GoneEntry, goneFrom } from './gone.ts';
export * from './import-set.ts';
export { isBrowsable, isKnown, keepPlaces, keepSet, knownTapes } from './keep-set.ts';
export { type KnownElement, KnownState } from './known-state.ts';
export { closeFilled, openCatalog } from './open.ts';
export * from './recent-sets.ts';
export * from './resolve-set.ts';
export { findSet } from './set-row.ts';
export { settleSome } from './settle.ts';
export { spoolStream } from './spool-stream.ts';
export type { Store as Catalog } from './store.ts';
export { type RecordStream, rawRecords, streamOf } from './stream.ts';
export { liveOnTapes } from './tape-leave.ts';
export { type TapeLoss, tapeLoss } from './tape-loss.ts';
export { holdersAway, tapesAway, tapesAwayBySet } from './tapes-away.ts';
export { type Weight, weigh } from './weigh.ts';
export * from './writer.ts';
export { CatalogWriterClient } from './writer-client.ts';
