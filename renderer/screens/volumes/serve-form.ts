import type { InputOf } from '../../../shared/contract/contract.ts';

/** What is to be served: a volume, a replica, or a volume of a block set. */
export type ServeSubject =
  | { readonly kind: 'volume'; readonly name: string }
  | { readonly kind: 'replica'; readonly name: string }
  | {
      readonly kind: 'set';
      /** What it is a set of, and when it was made. */
      readonly object: string;
      readonly set: string;
      readonly volume: string;
      /** It is the only volume of the set. */
      readonly only: boolean;
    };

export interface ServeForm {
  readonly way: 'socket' | 'port';
  readonly socket: string;
  readonly host: string;
  readonly port: string;
  /** Keys of the clients that may connect; empty: anybody may. */
  readonly pskFile: string;
  /** Of a block set: whether it can be written to, and what becomes of that. */
  readonly writes: 'none' | 'private' | 'kept';
  readonly overlay: string;
  /** Other volumes that are served at the same place. */
  readonly also: readonly string[];
}

export type ServeField = 'socket' | 'host' | 'port' | 'pskFile' | 'overlay';
export type ServeProblem = 'path' | 'long' | 'host' | 'port' | 'keys' | 'file';

/** What the address of a unix socket has room for (unix(7)), without the byte that ends it. */
const SOCKET_BYTES = 107;
const NBD_PORT = 10_809;
/** Digits of a set's id that name it for clients. */
const SET_DIGITS = 12;

export const FIRST_PLACE: ServeForm = {
  way: 'socket',
  socket: '',
  host: '127.0.0.1',
  port: String(NBD_PORT),
  pskFile: '',
  writes: 'none',
  overlay: '',
  also: [],
};

/** Reached from this machine alone. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host.trim());

const socketProblem = (socket: string): ServeProblem | null => {
  if (!socket.startsWith('/') || socket.endsWith('/')) return 'path';
  return new TextEncoder().encode(socket).length > SOCKET_BYTES ? 'long' : null;
};

const keysProblem = ({ host, pskFile }: ServeForm): ServeProblem | null => {
  if (pskFile.trim() === '') return isLoopback(host) ? null : 'keys';
  return pskFile.trim().startsWith('/') ? null : 'file';
};

/** What is wrong, by field. */
export const serveProblems = (form: ServeForm): Partial<Readonly<Record<ServeField, ServeProblem>>> => {
  const { way, socket, host, port, writes, overlay } = form;
  const atPort = way === 'port';
  const isPort = /^\d{1,5}$/.test(port.trim()) && Number(port) <= 65_535;
  const found: readonly (readonly [ServeField, ServeProblem | null])[] = [
    ['socket', atPort ? null : socketProblem(socket)],
    ['host', !atPort || /^[\w.:-]+$/.test(host.trim()) ? null : 'host'],
    ['port', !atPort || isPort ? null : 'port'],
    ['pskFile', atPort ? keysProblem(form) : null],
    ['overlay', writes === 'kept' && !/^\/.*[^/]$/.test(overlay) ? 'file' : null],
  ];
  return Object.fromEntries(found.filter(([, problem]) => problem !== null));
};

const placeOf = ({
  way,
  socket,
  host,
  port,
  pskFile,
}: ServeForm): Pick<InputOf<'volume.serve'>, 'socket' | 'listen' | 'pskFile'> => {
  if (way === 'socket') return { socket };
  const name = host.trim();
  const keys = pskFile.trim();
  return {
    listen: `${name.includes(':') ? `[${name}]` : name}:${Number(port)}`,
    ...(keys === '' ? {} : { pskFile: keys }),
  };
};

/** What the console is asked for: of a replica something else than of a volume. */
export const serveRequest = (
  subject: ServeSubject,
  form: ServeForm,
):
  | { readonly procedure: 'volume.serve'; readonly input: InputOf<'volume.serve'> }
  | { readonly procedure: 'replica.serve'; readonly input: InputOf<'replica.serve'> } => {
  const place = placeOf(form);
  if (subject.kind === 'replica') return { procedure: 'replica.serve', input: { replicas: [subject.name], ...place } };
  if (subject.kind === 'volume')
    return { procedure: 'volume.serve', input: { volumes: [subject.name, ...form.also], ...place } };
  const { set, volume, only } = subject;
  const overlay = form.writes === 'kept' ? { file: form.overlay } : {};
  return {
    procedure: 'volume.serve',
    input: {
      volumes: [],
      sets: [{ set: set.slice(0, SET_DIGITS), ...(only ? {} : { volume }) }],
      ...(form.writes === 'none' ? {} : { overlay }),
      ...place,
    },
  };
};

/** Digits of the id of the set that an export is of; null for one of a volume or a replica. */
export const setOfExport = (name: string): string | null => /^set\/([0-9a-f]+)(?:\/|$)/.exec(name)?.[1] ?? null;

/** A name for a socket that nobody else is likely to have. */
export const socketName = (subject: ServeSubject): string =>
  subject.kind === 'set' ? `${subject.volume}-${subject.set.slice(0, 8)}.sock` : `${subject.name}.sock`;
