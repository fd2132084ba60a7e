import type { ReplicaUpdateView, ReplicaView } from '../../shared/contract/replicas.ts';
import type { PillTone } from '../components/marks.tsx';
import type { ReplicaProblem } from '../screens/volumes/replica-form.ts';

export const REPLICA_STATES: Readonly<
  Record<ReplicaView['state'], { readonly text: string; readonly tone: PillTone; readonly about: string }>
> = {
  current: { text: 'whole', tone: 'good', about: 'Its file shows exactly that moment.' },
  empty: { text: 'nothing yet', tone: 'wait', about: 'Its first copy is not whole: update it.' },
  updating: { text: 'being written', tone: 'run', about: 'The new state is safe; its file does not show it yet.' },
  changed: {
    text: 'written to',
    tone: 'bad',
    about: 'Somebody else wrote to its file. An update compares everything and makes it good.',
  },
  missing: { text: 'file missing', tone: 'bad', about: 'Connect or mount what holds its file.' },
};

const WHOLE: Readonly<Record<NonNullable<ReplicaUpdateView['whole']>, string>> = {
  first: 'All of the volume was read.',
  file: 'Everything was compared, since somebody else had written to its file.',
  checkpoint: 'Everything was compared, since its checkpoint was no longer known.',
  volume: 'Everything was compared, since it was not known for sure what had changed.',
};

const PROBLEMS: Readonly<Record<ReplicaProblem, string>> = {
  name: 'A name of 1 to 128 characters without / and @.',
  taken: 'A replica of this name exists already.',
  path: 'A full path, beginning with /.',
};

/** The texts of the replicas of volumes. */
export const replicasWords = {
  title: 'Replicas',
  none: 'No replica yet',
  noneAbout:
    'A replica is a copy of a volume in a file elsewhere. Each update moves it as a whole to the state that the volume has then, by copying what changed.',
  add: 'New replica',
  replica: 'Replica',
  shows: 'Shows',
  showsNothing: 'no moment yet',
  state: 'State',
  follows: (volume: string) => `of ${volume}`,
  update: 'Update',
  updateOne: (name: string) => `Update ${name}`,
  updating: 'Updating …',
  updated: (name: string, copied: string, took: string) => `${name} was updated: ${copied} copied in ${took}.`,
  whole: (why: NonNullable<ReplicaUpdateView['whole']>) => WHOLE[why],
  serve: 'Serve',
  serveOne: (name: string) => `Serve ${name}`,
  remove: 'Remove',
  removeOne: (name: string) => `Remove ${name}`,
  removeNotYet: 'Stop serving it first.',
  removeTitle: (name: string) => `Remove the replica ${name}?`,
  removeConsent: 'Remove it',
  removeKeep: 'Keep the replica',
  removeAbout: (name: string, volume: string) =>
    `${name} does not follow ${volume} any more, and another replica of it begins with a copy of everything.`,
  removeKeeps: (path: string, moment: string | null) =>
    `Its file stays at ${path}${moment === null ? '' : `, as ${moment}`}, and is an image like any other then.`,
  removeFile: 'Remove its file, too',
  removeLoses: (path: string, size: string, moment: string | null) =>
    `${path} is gone for good, with the ${size}${moment === null ? '' : ` that it shows of ${moment}`}. It may be the only copy of that moment.`,
  removed: (name: string, fileRemoved: boolean) =>
    fileRemoved ? `${name} was removed, with its file.` : `${name} is no longer a replica. Its file is where it was.`,
  problems: PROBLEMS,
  newTitle: 'New replica',
  newAbout: 'All of the volume is copied now; later updates copy what changed. The volume can be used meanwhile.',
  of: 'Volume to follow',
  name: 'Name',
  folder: 'Folder',
  fileAt: (path: string) => `Its file will be ${path}`,
  make: 'Copy it',
  making: 'Copying …',
  made: (name: string) => `The replica ${name} was made.`,
};
