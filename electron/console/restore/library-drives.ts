import { setTimeout as sleep } from 'node:timers/promises';
import { asColdframeError } from '../../../shared/errors.ts';
import { type TapeId, tapeId } from '../../../shared/units.ts';
import type { RestoreDrives } from '../../engine/restore/index.ts';
import type { Library, ReadingHold } from '../../engine/tape/library.ts';
import type { OpenVault } from '../vault-session.ts';

const RETRY_MS = 200;

/**
 * The drives of a vault for reading: each tape goes into whichever drive is free, and back into its slot afterwards. One that another job has in a drive
 * is read beside it, and so is any while no drive is free, or once a writer wants the drive. Only tapes of a changer are waited for.
 */
export const libraryDrives = ({ vault, keys }: OpenVault): RestoreDrives => ({
  count: vault.library.state.drives.length,
  mount: async (tape, signal) => {
    const volume = tapeId(tape);
    for (;;) {
      const hold = held(vault.library, volume);
      if (hold !== null) return mounted(hold, () => vault.access(volume, keys));
      await sleep(RETRY_MS, undefined, { signal });
    }
  },
});

const held = (library: Library, volume: TapeId): ReadingHold | null => {
  const lent = library.lend(volume);
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
