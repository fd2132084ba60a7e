import type { Anomaly } from './anomaly.ts';
import { formatSize } from './plain-format.ts';

/** What is unusual, for a terminal and for messages. */
export const anomalyText = ({ kind, usual, now }: Anomaly): string =>
  ({
    'much-changed': `${formatSize(now)} were read, ${formatSize(usual)} are usual`,
    'many-changed': `${now} files were written anew at once, of ${usual} elements`,
    'many-removed': `${now} of ${usual} elements are gone`,
    'much-removed': `${formatSize(now)} of ${formatSize(usual)} are gone`,
    'other-extensions': `${now} of ${usual} elements came back with another extension`,
    'not-mounted':
      now === 1 ? 'a folder lacks the disk that it was on' : `${now} folders lack the disks that they were on`,
    unreadable: `${now === 1 ? '1 element' : `${now} elements`} could not be read any more, and the set before has what they held`,
    incompressible: `what changed does not compress (${now / 10} % are left, ${usual / 10} % are usual), as if it were encrypted`,
  })[kind];
