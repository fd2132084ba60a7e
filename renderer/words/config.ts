import type { ConfigChange } from '../../shared/model/config-plan.ts';
import { format } from './format.ts';

const changes = (count: number): string => (count === 1 ? 'change' : `${format.count(count)} changes`);

/** The texts of exporting and importing the configuration. */
export const configWords = {
  title: 'Configuration',
  about:
    'Settings, objects, keep rules, schedules and notices as a file, without secrets and without anything that was backed up. Imported, it makes another home like this one, or this one as it was.',
  export: 'Export',
  import: 'Import …',
  importTitle: 'Import a configuration',
  importAbout:
    'This is what it takes to make this home as the file has it. Nothing is removed, and no vault is touched.',
  nothing: 'This home is already as the file says.',
  what: 'What',
  of: 'Of',
  home: 'this home',
  change: 'Change',
  kinds: {
    settings: 'Setting',
    object: 'Object',
    'keep rules': 'Keep rules',
    schedule: 'Schedule',
    notice: 'Notice',
  } satisfies Record<ConfigChange['what'], string>,
  byHand: 'to be done by hand',
  apply: (count: number) => (count === 1 ? 'Make this change' : `Make these ${changes(count)}`),
  imported: (count: number) => `${count === 1 ? 'One change was' : `${changes(count)} were`} made.`,
  refused: (why: string) => `is refused: ${why}`,
  partly: (count: number) =>
    count === 1 ? 'Leave out the change that is refused' : `Leave out the ${changes(count)} that are refused`,
  partlyAbout: 'Unless you choose so nothing is made.',
  stopped: 'Nothing was changed. Import the file again once this is mended.',
  cancel: 'Cancel',
  close: 'Close',
  notJson: (file: string) => `${file} is not JSON.`,
  newer: (file: string, schema: number) =>
    `${file} was written by a newer Coldframe (schema ${schema}), which this version cannot read.`,
  notConfig: (file: string, field: string) =>
    `${file} is no configuration that this version knows: its field "${field}" is not what it can be.`,
};
