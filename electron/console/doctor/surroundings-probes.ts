import { machineSurroundings, type Surroundings } from '../schedules/surroundings.ts';
import { limited, type Probe, works } from './check.ts';

const area = 'Schedules';

/** What schedules can wait for on this machine. What it does not tell counts as fulfilled, which has to be known. */
export const surroundingsProbes = (machine: Surroundings = machineSurroundings(undefined)): readonly Probe[] => {
  const probe = (name: string, look: () => Promise<string | null>, unknown: string, remedy: string): Probe => ({
    area,
    name,
    remedy,
    look: async () => {
      const found = await look();
      return found === null
        ? limited(`${unknown}: a schedule that asks for it runs all the same`, remedy)
        : works(found);
    },
  });
  const said = (yes: string, no: string, found: boolean | null) => (found === null ? null : found ? yes : no);
  return [
    probe(
      'Mains',
      async () => said('on mains', 'on battery', await machine.mains()),
      'whether it is on mains is not known',
      'Linux tells it; elsewhere choose hours in which it is plugged in.',
    ),
    probe(
      'Idleness',
      async () => ((await machine.idleMs()) === null ? null : 'can be known'),
      'whether somebody uses it is not known',
      'A session of systemd-logind tells it, and so does the desktop window.',
    ),
    probe(
      'Metered link',
      async () => said('the link is metered', 'the link is not metered', await machine.metered()),
      'whether the link is metered is not known',
      'NetworkManager tells it, where busctl is installed; elsewhere choose hours in which it is not.',
    ),
  ];
};
