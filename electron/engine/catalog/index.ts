export { openCatalog } from './open.ts';
export type { Store as Catalog } from './store.ts';
export * from './writer.ts';
export * from './resolve-set.ts';
export * from './browse.ts';
export { type RecordStream, streamOf } from './stream.ts';
