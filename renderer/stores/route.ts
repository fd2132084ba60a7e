import { useSyncExternalStore } from 'react';

export const SCREENS = [
  'overview',
  'welcome',
  'protect',
  'jobs',
  'restore',
  'volumes',
  'search',
  'media',
  'schedules',
  'retention',
  'checks',
  'notices',
  'reports',
  'activity',
  'audit',
  'doctor',
  'settings',
  'about',
] as const;
export type Screen = (typeof SCREENS)[number];

export interface Route {
  readonly screen: Screen;
  /** What of the screen: a job, an object, a volume, a tape. */
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** The place that the address names behind its `#`; the overview when it names none. */
export const parseRoute = (hash: string): Route => {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen, id] = path.split('/', 2);
  return {
    screen: SCREENS.find((known) => known === screen) ?? 'overview',
    id: id ? decoded(id) : null,
    query: Object.fromEntries([...new URLSearchParams(search)].map(([name, value]) => [name, wholeOf(value)])),
  };
};

/** Bytes of a path that are no text (`wholePath`) stand in an address behind a NUL, which no path has. */
const inAddress = (value: string): string =>
  value.replace(/[\udc80-\udcff]/gu, (byte) => `\0${(byte.charCodeAt(0) & 0xff).toString(16)}`);
const wholeOf = (value: string): string =>
  value.replace(/\0([89a-f][0-9a-f])/g, (_, byte: string) => String.fromCharCode(0xdc00 + Number.parseInt(byte, 16)));

/** What is no encoding is taken as it stands: an address that was typed or cut off still has a screen. */
const decoded = (id: string): string => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};

/** The address of a place. */
export const href = (screen: Screen, id?: string | null, query: Record<string, string | undefined> = {}): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, inAddress(value)])).toString();
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`;
};

/** The address of the operator's desk with tapes of a vault picked out. */
export const tapesOnMedia = (tapes: readonly string[], vault: string | null): string =>
  href('media', tapes[0], { tapes: tapes.join(','), vault: vault ?? undefined });

export const go = (address: string): void => {
  window.location.hash = address.slice(1);
};

/** Goes on within a screen: the way back leads past it. */
export const goInPlace = (address: string): void => window.location.replace(address);

const listen = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};

export const useRoute = (): Route => parseRoute(useSyncExternalStore(listen, () => window.location.hash));
