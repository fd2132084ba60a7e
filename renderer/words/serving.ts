import type { ServeForm, ServeProblem } from '../screens/volumes/serve-form.ts';
import { format } from './format.ts';

interface Told {
  readonly title: string;
  readonly about: string;
}

const WAYS: Readonly<Record<ServeForm['way'], Told>> = {
  socket: {
    title: 'A socket on this machine',
    about: 'Fastest. For programs of the user who runs the console.',
  },
  port: { title: 'An address and a port', about: 'For any program here, or with keys for other machines too.' },
};

const WRITES: Readonly<Record<ServeForm['writes'], Told>> = {
  none: { title: 'Read only', about: 'Nobody can change what they see.' },
  private: {
    title: 'Can be written to, for as long as it is served',
    about: 'What is written is gone for good when serving ends. The backup stays as it is.',
  },
  kept: {
    title: 'Can be written to, and that is kept in a file',
    about: 'Served again with the same file, it goes on where it was. The backup stays as it is.',
  },
};

const PROBLEMS: Readonly<Record<ServeProblem, string>> = {
  path: 'The full path of the socket to make, beginning with /.',
  long: 'The path of a socket has 107 bytes at most.',
  host: 'An address or a name of this machine, such as 127.0.0.1.',
  port: 'A port from 1 to 65535, or 0 for any free one.',
  keys: 'Other machines may connect only with keys: name the file that has them.',
  file: 'The full path of a file, beginning with /.',
};

const many = (count: number, one: string, more: string): string => `${format.count(count)} ${count === 1 ? one : more}`;

/** The texts of serving: volumes, replicas and block sets. */
export const servingWords = {
  title: (name: string) => `Serve ${name}`,
  setTitle: (volume: string, object: string) =>
    volume === object ? `Serve ${volume}` : `Serve ${volume} of ${object}`,
  about: {
    replica:
      'Read only. Who is connected keeps the state that they connected to; after an update they are cut off in the end.',
    set: 'It is used straight from the tapes, and nothing is restored. Backups go on beside it.',
  },
  writes: 'Writing',
  writesWays: WRITES,
  overlay: 'File for what is written',
  overlayHelp: 'It is made when it is not there. What is written lies in it in the clear.',
  way: 'Where',
  ways: WAYS,
  also: 'At the same place',
  alsoHelp: 'Clients choose by the name of the export. What is served together ends together.',
  socket: 'Socket',
  host: 'Address',
  hostHelp: 'This machine alone.',
  hostOpen: 'Other machines can reach it.',
  port: 'Port',
  portHelp: '0 is any free one.',
  keys: 'File of keys',
  keysHelp: 'Lines of NAME:HEXKEY. With them every client has to speak TLS; this machine alone can do without.',
  serve: 'Serve it',
  working: 'One moment …',
  problems: PROBLEMS,
  servedNow: (names: string) => `Served now: ${names}.`,

  stop: 'Stop serving',
  stopOne: (place: string) => `Stop serving at ${place}`,
  stopTitle: 'Stop serving here?',
  stopConsent: 'Stop serving',
  stopKeep: 'Go on serving',
  stopAbout: (place: string, names: string, clients: number) =>
    `${clients === 0 ? 'Nobody is connected' : `${many(clients, 'client is', 'clients are')} cut off, in the middle of writing if they write`}. No longer served at ${place}: ${names}.`,
  stopLoses: (name: string, bytes: string) => `The ${bytes} that were written to ${name} are gone for good.`,
  stopKeeps: (name: string) => `What was written to ${name} is kept in its file.`,
  stopped: (names: string) => `No longer served: ${names}.`,

  export: 'Export',
  place: 'Place',
  clients: 'Clients',
  reads: 'Reads',
  writesHead: 'Writes',
  moved: 'Read, written in all',
  movedOf: (read: string, written: string) => `${read}, ${written}`,
  readOnly: 'read only',
  overlayKinds: { private: 'writes end with it', kept: 'writes are kept' },
  failed: (name: string) => `Not all of ${name} could be read`,
} as const;
