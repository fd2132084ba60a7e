import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeUnlessMissing, missingPeers } from '../../../electron/platform/testing/peers.ts';

const checkout = resolve(import.meta.dirname, '../../..');

/** The program of the Electron runtime: the folder that Electron's own package is told of, or its own download. */
export const electronProgram = (): string | null => {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(checkout, 'node_modules/electron/dist')];
  const found = folders.find((folder) => folder && existsSync(join(folder, 'electron')));
  return found ? join(found, 'electron') : null;
};

/**
 * On a busy machine the runtime has hung once, so that neither a request of its session nor a further window got anywhere: a
 * story that hangs gets a second chance. One that fails otherwise does not.
 */
const SECOND_CHANCE = { timeout: 120_000, retry: { count: 1, condition: /timed out|Timeout \d+ms exceeded/ } };

/** Describes stories in a real window: skipped, with what is missing in the title, where there is no runtime or no display to be had. */
export const describeDesktop = (title: string, body: () => void): void => {
  const missing = missingPeers(['Xvfb'], process.env);
  if (electronProgram() === null) missing.push('an Electron runtime in ELECTRON_OVERRIDE_DIST_PATH');
  describeUnlessMissing(title, missing, body, SECOND_CHANCE);
};
