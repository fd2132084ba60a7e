import type { DestinationFiles } from './destination-files-interface.ts';
import { linuxDestinationFiles } from './linux/destination-files.ts';
import { portableDestinationFiles } from './portable/destination-files.ts';

export type { DestinationFiles } from './destination-files-interface.ts';

/** How a destination is written: this system's own way unless a layer is named. */
export const destinationFiles = (
  layer: DestinationFiles['name'] = process.platform === 'linux' ? 'linux' : 'portable',
): DestinationFiles => (layer === 'linux' ? linuxDestinationFiles : portableDestinationFiles);
