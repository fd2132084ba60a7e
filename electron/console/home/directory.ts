import { chmodSync, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { reasonOf } from '../../platform/errno.ts';
import { homeDirectory } from '../../platform/home-directory.ts';
import { makeFolder } from '../../platform/make-folder.ts';

/** Which folder is the home: the option, then COLDFRAME_HOME, then the operating system's place. */
export const chooseHome = (option: string | undefined): string => {
  if (option === undefined) return resolve(homeDirectory());
  if (option !== '') return resolve(option);
  throw new ColdframeError('USAGE', {
    message: 'The home folder that was given is empty.',
    guidance: 'Name a folder with --home, or leave the option away. A shell variable may not be set.',
  });
};

/**
 * Makes the home when it is missing and sees to it that nobody else can enter; answers its real path. Changes nothing in a
 * folder that holds something else. Throws HOME_UNUSABLE, HOME_FOREIGN.
 */
export const prepareHome = (home: string): string => {
  try {
    makeFolder(home);
    const real = realpathSync(home);
    demandOwn(real);
    const { mode, uid } = statSync(real);
    if (process.getuid && uid !== process.getuid()) throw new Error(`it belongs to user ${uid}`);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) chmodSync(real, 0o700);
    return real;
  } catch (cause) {
    if (cause instanceof ColdframeError) throw cause;
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `The home folder ${home} cannot be used: ${reasonOf(cause)}.`,
      guidance: 'Choose another one with --home or COLDFRAME_HOME, or make this one yours.',
      context: { home },
      cause,
    });
  }
};

/** What lies where in a home. */
export const homeLayout = (home: string) => ({
  database: join(home, 'console.db'),
  lock: join(home, 'lock'),
  holder: join(home, 'holder.json'),
  socket: join(home, 'socket'),
  catalogs: join(home, 'catalogs'),
  jobs: join(home, 'jobs'),
  volumes: join(home, 'volumes'),
  reserve: join(home, 'reserve'),
  webPort: join(home, 'web-port.json'),
  noticeSecrets: join(home, 'notice-secrets.json'),
});

const OWN_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(homeLayout('')).map((path) => basename(path)),
  'desktop',
  'open.html',
  // Windows keeps the cache below the home; a disk that is mounted as home has the other one.
  'Cache',
  'lost+found',
]);
/** Beside those: logs of the databases, what the doctor tries out, and files that were not written to their end. */
const OWN_TRACES = /^((console\.db|lock)-(wal|shm|journal)|doctor-\w+|.+\.[0-9a-f]{32}\.tmp)$/;

const LOST: readonly string[] = ['console.db-wal', basename(homeLayout('').holder)];

/** A home has its database; until a first start has made that, there is nothing in it but what a home has. */
const demandOwn = (home: string): void => {
  if (existsSync(homeLayout(home).database)) return;
  const names = readdirSync(home);
  // A home that lost its database, maybe to another name beside it: whoever takes it is told of that.
  if (LOST.some((name) => names.includes(name))) return;
  const foreign = names.find((name) => !OWN_NAMES.has(name) && !OWN_TRACES.test(name));
  if (foreign === undefined) return;
  throw new ColdframeError('HOME_FOREIGN', {
    message: `The folder ${home} is no home of Coldframe: it holds something else, ${foreign} for one. Nothing in it was changed.`,
    guidance: 'Name an empty folder, one that does not exist yet, or a home with --home or COLDFRAME_HOME.',
    context: { home, found: foreign },
  });
};
