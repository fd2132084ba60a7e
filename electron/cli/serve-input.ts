import type { InputOf } from '../../shared/contract/contract.ts';
import { ColdframeError } from '../../shared/errors.ts';
import type { Session } from './session.ts';

export interface ServeOptions {
  readonly socket?: string;
  readonly listen?: string;
  readonly pskFile?: string;
  readonly writable?: boolean;
  readonly overlay?: string;
}

type SetInput = NonNullable<InputOf<'volume.serve'>['sets']>[number];

const SET = 'set/';

/** What `volume serve` is asked for: names of volumes, and of block sets as `set/ID` or `set/ID/VOLUME`. */
export const serveInput = (
  session: Pick<Session, 'place'>,
  names: readonly string[],
  { socket, listen, pskFile, writable, overlay }: ServeOptions,
): InputOf<'volume.serve'> => {
  const sets = names.filter((name) => name.startsWith(SET)).map(setOf);
  return {
    volumes: names.filter((name) => !name.startsWith(SET)),
    ...(sets.length > 0 ? { sets } : {}),
    ...(writable || overlay !== undefined
      ? { overlay: overlay === undefined ? {} : { file: session.place(overlay) } }
      : {}),
    ...(socket === undefined ? {} : { socket: session.place(socket) }),
    ...(listen === undefined ? {} : { listen }),
    ...(pskFile === undefined ? {} : { pskFile: session.place(pskFile) }),
  };
};

const setOf = (name: string): SetInput => {
  const [set = '', ...volume] = name.slice(SET.length).split('/');
  if (set === '' || volume.length > 1)
    throw new ColdframeError('USAGE', {
      message: `“${name}” names no block set.`,
      guidance: 'Name it as set/ID, or as set/ID/VOLUME when it has several volumes.',
    });
  return volume[0] === undefined ? { set } : { set, volume: volume[0] };
};
