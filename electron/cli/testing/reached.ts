import type { Failpoint } from '../../platform/failpoints.ts';
import type { KilledCommand } from './failpoint-scene.ts';

/** How often a command is killed at a failpoint, each time one passage later. */
type Reach = Partial<Readonly<Record<KilledCommand, number>>>;

const WRITING: Reach = { backup: 2 };
const RESTORING: Reach = { restore: 1 };

/**
 * Which commands of the scene pass which failpoint. A new failpoint does not compile until somebody says who reaches it,
 * and a command that does not reach one any more fails its test.
 */
export const REACHED: Readonly<Record<Failpoint, Reach>> = {
  'durable-write:before-rename': { create: 1, backup: 2, restore: 1, rebuild: 2 },
  'durable-write:after-rename': { create: 1, backup: 2, restore: 1, rebuild: 2 },
  'tape:after-erase': WRITING,
  'tape:after-header': WRITING,
  'tape:after-data': WRITING,
  'tape:after-chunk': WRITING,
  'tape:before-flush': WRITING,
  'tape:after-flush': WRITING,
  'tape:before-tail': WRITING,
  'tape:after-tail': WRITING,
  'label:before-write': { backup: 1 },
  'label:after-write': { backup: 1 },
  // Passed when a drive of a changer writes a label.
  'relabel:after-item': {},
  'library:before-write': { create: 1, backup: 2, restore: 1, rebuild: 1 },
  'library:after-write': { create: 1, backup: 2, restore: 1, rebuild: 1 },
  'lease:before-link': { create: 1, backup: 1, restore: 1, rebuild: 1, open: 1 },
  'lease:after-link': { create: 1, backup: 1, restore: 1, rebuild: 1, open: 1 },
  'catalog:before-chunks': { backup: 1, rebuild: 1 },
  'catalog:after-chunks': { backup: 1, rebuild: 1 },
  'catalog:before-commit': { backup: 1, rebuild: 1 },
  'catalog:after-commit': { backup: 1, rebuild: 1 },
  // Passed by retention, which has a scene of its own.
  'catalog:inside-expiry': {},
  'catalog:after-expiry': {},
  // Passed when a tape is erased, which has a scene of its own.
  'catalog:inside-loss': {},
  'catalog:after-loss': {},
  // Passed when tapes are reclaimed, which has scenes of its own.
  'catalog:inside-leave': {},
  'catalog:after-leave': {},
  'catalog:before-migration': { rebuild: 1 },
  'catalog:after-migration': { rebuild: 1 },
  'catalog:before-copy': { backup: 1, rebuild: 1, open: 1 },
  'catalog:after-copy': { backup: 1, rebuild: 1 },
  // Those of copies, exports and imports of tapes are tried beside those.
  'copy:after-label': {},
  'copy:after-note': {},
  'copy:after-catalog': {},
  'export:before-publish': {},
  'import:before-publish': {},
  'import:after-publish': {},
  'import:after-item': {},
  'import:after-note': {},
  // Passed when a drive of a changer is cleaned.
  'clean:in-drive': {},
  // Passed when the robot of a changer moves a tape.
  'robot:before-move': {},
  'robot:after-move': {},
  // Passed when a tape of a changer is taken in.
  'take-in:carried': {},
  // Passed when tapes lie under other names.
  'put-in-place:after-move': {},
  // Passed when it waits for a tape.
  'restore:waiting': {},
  'merge:after-content': {},
  'reclaim:after-flush': {},
  'reclaim:after-proof': {},
  'reclaim:after-publish': {},
  // Passed when a tape of a changer is labelled anew.
  'relabel:before-write': {},
  'relabel:after-write': {},
  'retention:after-publish': {},
  'rebuild:after-scan': { rebuild: 1, open: 1 },
  'rebuild:before-place': { rebuild: 1, open: 1 },
  'rebuild:after-place': { rebuild: 1, open: 1 },
  'restore:after-plan': RESTORING,
  'restore:after-create': RESTORING,
  'restore:before-rename': RESTORING,
  'restore:after-rename': RESTORING,
  'restore:after-link': RESTORING,
  'restore:after-directories': RESTORING,
  'restore:after-sync': RESTORING,
  'device:after-copy': {},
  // Those of replicas are passed by commands on volumes, which have a scene of their own.
  'replica:after-copy': {},
  'replica:after-journal': {},
  'replica:after-commit': {},
  'replica:after-begin': {},
  'replica:after-segment': {},
  'replica:after-apply': {},
  'replica:after-state': {},
  'replica:after-rename': {},
  'notice:before-send': {},
  'notice:after-send': {},
};
