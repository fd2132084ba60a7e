/** Every place where a test may kill the process. Add yours: `station:before-what` and `station:after-what`. */
export const FAILPOINTS = [
  'durable-write:before-rename',
  'durable-write:after-rename',
  'tape:after-erase',
  'tape:after-header',
  'tape:after-data',
  'tape:after-chunk',
  'tape:before-flush',
  'tape:after-flush',
  'tape:before-tail',
  'tape:after-tail',
  'label:before-write',
  'label:after-write',
  'relabel:after-item',
  'library:before-write',
  'library:after-write',
  'clean:in-drive',
  'robot:before-move',
  'robot:after-move',
  'take-in:carried',
  'put-in-place:after-move',
  'lease:before-link',
  'lease:after-link',
  'catalog:before-chunks',
  'catalog:after-chunks',
  'catalog:before-commit',
  'catalog:after-commit',
  'catalog:inside-expiry',
  'catalog:after-expiry',
  'catalog:inside-loss',
  'catalog:after-loss',
  'catalog:inside-leave',
  'catalog:after-leave',
  'catalog:before-migration',
  'catalog:after-migration',
  'catalog:before-copy',
  'catalog:after-copy',
  'copy:after-label',
  'copy:after-note',
  'copy:after-catalog',
  'export:before-publish',
  'import:before-publish',
  'import:after-publish',
  'import:after-item',
  'import:after-note',
  'merge:after-content',
  'reclaim:after-flush',
  'reclaim:after-proof',
  'reclaim:after-publish',
  'relabel:before-write',
  'relabel:after-write',
  'retention:after-publish',
  'rebuild:after-scan',
  'rebuild:before-place',
  'rebuild:after-place',
  'restore:waiting',
  'restore:after-plan',
  'restore:after-create',
  'restore:before-rename',
  'restore:after-rename',
  'restore:after-link',
  'restore:after-directories',
  'restore:after-sync',
  'device:after-copy',
  'replica:after-copy',
  'replica:after-journal',
  'replica:after-commit',
  'replica:after-begin',
  'replica:after-segment',
  'replica:after-apply',
  'replica:after-state',
  'replica:after-rename',
  'notice:before-send',
  'notice:after-send',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** `NAME` is its first hit, `NAME:3` its third; `hits` counts within this thread. */
const wanted = parse(process.env.COLDFRAME_FAILPOINT ?? '');
let hits = 0;

/**
 * Kills this process, as a power loss would, if the environment variable COLDFRAME_FAILPOINT names this place. Stands
 * beside every step that makes something durable, so that tests can stop at each and look at what is left.
 */
export function failpoint(name: Failpoint): void {
  if (wanted === null || name !== wanted.name) return;
  hits += 1;
  if (hits === wanted.hit) process.kill(process.pid, 'SIGKILL');
}

/** Takes `NAME` or `NAME:N` apart; a name that nothing registers is a mistake in a test, and said so. */
function parse(text: string): { name: Failpoint; hit: number } | null {
  if (text === '') return null;
  const [, name, count] = /^(.*?)(?::(\d+))?$/s.exec(text) ?? [];
  const known = FAILPOINTS.find((candidate) => candidate === name);
  if (known === undefined) throw new RangeError(`COLDFRAME_FAILPOINT names no place that is known: ${text}`);
  return { name: known, hit: Math.max(1, Number(count ?? 1)) };
}
