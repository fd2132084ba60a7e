import { printable } from '../../shared/model/printable.ts';
import type { SharedPlaces } from '../stores/shared-disk.ts';
import { placesWords as words } from '../words/places.ts';
import { Notice } from './notices.tsx';

/**
 * That a vault lies on the disk of what it protects. Nobody is kept from that: it helps against all but the loss of the disk. `stands`: it is so
 * already, and not what would be.
 */
export const SharedDisk = ({ shared, stands = false }: { shared: SharedPlaces; stands?: boolean }) =>
  shared.length > 0 && (
    <Notice title={words.sharedDisk}>
      {words.sharedDiskAbout(
        shared.map(({ path }) => printable(path)),
        stands,
      )}
    </Notice>
  );
