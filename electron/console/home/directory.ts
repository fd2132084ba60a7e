import { chmodSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { homeDirectory } from '../../platform/home-directory.ts';
import { makeFolder } from '../../platform/make-folder.ts';

/** Which folder is the home: the option, then COLDFRAME_HOME, then the operating system's place. */
export const chooseHome = (option: string | undefined): string =>
  option === undefined ? resolve(homeDirectory()) : resolve(option);

/** Makes the home when it is missing and sees to it that nobody else can enter; answers its real path. */
export const prepareHome = (home: string): string => {
  try {
    makeFolder(home);
    const real = realpathSync(home);
    const { mode, uid } = statSync(real);
    if (process.getuid && uid !== process.getuid()) throw new Error(`it belongs to user ${uid}`);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) chmodSync(real, 0o700);
    return real;
  } catch (cause) {
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `The home folder ${home} cannot be used: ${(cause as Error).message}.`,
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
});
