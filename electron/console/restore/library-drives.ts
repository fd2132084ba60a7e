import { setTimeout as sleep } from 'node:timers/promises';
import { asColdframeError } from '../../../shared/errors.ts';
import { type TapeId, tapeId } from '../../../shared/units.ts';
import type { RestoreDrives } from '../../engine/restore/index.ts';
import type { Library, ReadingHold } from '../../engine/tape/library.ts';
import { failedDrive } from '../library/drive-of-error.ts';
import type { OpenVault } from '../vault-session.ts';

const RETRY_MS = 200;

/**
 * The drives of a vault for reading: each tape goes into whichever drive is free, and back into its slot afterwards. One that another job has in a drive
 * is read beside it, and so is any while no drive is free, or once a writer wants the drive. Only tapes of a changer are waited for. A drive that
 * failed a job that writes is left alone where there are others.
 */
export const libraryDrives = ({ vault, keys, drives }: OpenVault): RestoreDrives => ({
  count: vault.library.state.drives.length,
  mount: async (tape, signal, failed = new Set()) => {
    const volume = tapeId(tape);
    for (;;) {
      const hold = held(vault.library, volume, failed.union(drives.outOfService));
      if (hold !== null) return mounted(hold, () => vault.access(volume, keys));
      await sleep(RETRY_MS, undefined, { signal });
    }
  },
  failedDrive: (error, used) => failedDrive(vault.library.state, error, used),
});

const held = (library: Library, volume: TapeId, failed: ReadonlySet<number>): ReadingHold | null => {
  const lent = library.lend(volume, failed);
  return lent !== null || library.state.settings.changer !== undefined ? lent : library.readBeside(volume);
};

type Mounted = Awaited<ReturnType<RestoreDrives['mount']>>;

const mounted = (hold: ReadingHold, access: () => Mounted['access']): Mounted => {
  try {
    return { hold, access: access() };
  } catch (thrown) {
    hold.letGo();
    throw asColdframeError(thrown);
  }
};
