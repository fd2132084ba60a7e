import type { Console } from '../console/console.ts';

/** The part of Electron's `powerSaveBlocker` that is used. */
interface Blocker {
  start(kind: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
}

/** Keeps the machine from sleeping, and its screen not; `on` again takes no second blocker. */
export const saveBlocker = (blocker: Blocker): ((on: boolean) => void) => {
  let id: number | null = null;
  return (on) => {
    if (on && id === null) id = blocker.start('prevent-app-suspension');
    if (on || id === null) return;
    blocker.stop(id);
    id = null;
  };
};

/** Electron's `powerMonitor`. */
type Monitor = Pick<NodeJS.EventEmitter, 'on'>;

interface Followers {
  /** That of the console in this process; null while another one's is shown. */
  readonly power: () => Console['power'] | null;
  /** Ends the program with its jobs at what they can be taken up from. */
  readonly leave: () => Promise<void>;
  /** Whether the home was given back. */
  readonly left: () => boolean;
}

/** Tells the console that the machine sleeps and wakes, and ends the program before the machine does. */
export const followPower = (monitor: Monitor, { power, leave, left }: Followers): void => {
  monitor.on('suspend', () => power()?.suspend());
  monitor.on('resume', () => void power()?.resume());
  monitor.on('shutdown', (event: { preventDefault(): void }) => {
    if (left()) return;
    event.preventDefault();
    void leave();
  });
};
