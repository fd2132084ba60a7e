import { hangingThreads, placeOfCall } from '../../platform/hanging-threads.ts';
import { limited, type Probe, works } from './check.ts';

/** Which threads of this console wait for a disk that does not answer. */
export const threadProbes = (): readonly Probe[] => [
  {
    area: 'Console',
    name: 'Threads',
    remedy: 'Start the console again.',
    look: () => {
      const hanging = hangingThreads();
      if (hanging.length === 0) return works('none that was to end hangs in the system');
      const named = hanging.map(({ work, task, askedAt }) => {
        const place = placeOfCall(task);
        return `${work}, which was to end at ${askedAt.toISOString()}${place === null ? '' : `, with ${place}`}`;
      });
      return limited(
        `${hanging.length} within a call of the system that does not come back: ${named.join('; ')}`,
        'A disk or a share does not answer. Its job ends, and lets go of its vault, once it does; or end the console, which needs no answer for that.',
      );
    },
  },
];
