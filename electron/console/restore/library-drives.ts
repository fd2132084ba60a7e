import { setTimeout as sleep } from 'node:timers/promises';
import { asColdframeError } from '../../../shared/errors.ts';
import { tapeId } from '../../../shared/units.ts';
import type { RestoreDrives } from '../../engine/restore/index.ts';
import type { OpenVault } from '../vault-session.ts';

const RETRY_MS = 200;

/** The drives of a vault for reading: each tape goes into whichever drive is free, and back into its slot afterwards. */
export const libraryDrives = ({ vault, keys }: OpenVault): RestoreDrives => {
  const numbers = vault.library.state.drives.map(({ number }) => number);
  return {
    count: numbers.length,
    mount: async (tape, signal) => {
      const volume = tapeId(tape);
      for (;;) {
        for (const drive of numbers) {
          try {
            vault.library.mount(drive, volume);
            return { drive, access: vault.access(volume, keys) };
          } catch (thrown) {
            if (asColdframeError(thrown).code !== 'TAPE_IN_USE') throw thrown;
          }
        }
        await sleep(RETRY_MS, undefined, { signal });
      }
    },
    unmount: (drive) => vault.library.unmount(drive),
  };
};
