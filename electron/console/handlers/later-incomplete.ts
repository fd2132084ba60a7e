import type { Warning } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';
import { nameInCatalog, type setNamed, withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';
import { isoTime } from './views.ts';

type Named = Pick<Awaited<ReturnType<typeof setNamed>>, 'vault'> & { readonly set: SetId };

/**
 * Says of what a name means that there is a later set, which is not whole: whoever asked for the newest is to know that it is not that. `instead`: what may be
 * done with what there is of the later one.
 */
export const laterIncomplete = async (
  parts: ConsoleParts,
  name: string,
  { vault, set: taken }: Named,
  instead: 'restore' | 'verify' | 'serve',
): Promise<Warning[]> => {
  const later = await withCatalog(parts, vault, [], (catalog) => catalog.passedOver(nameInCatalog(parts, name)));
  const [newest] = later;
  if (newest === undefined) return [];
  const which = `Set ${newest.id.slice(0, 8)} of ${newest.object.name}, begun ${isoTime(newest.createdAt)},`;
  const more = later.length > 1 ? ` (as are ${later.length - 1} more)` : '';
  return [
    {
      code: 'LATER_SET_INCOMPLETE',
      path: newest.id,
      message: `${which} is later than ${taken.slice(0, 8)}, which is taken, but incomplete${more}: not all of it was found on the tapes. Put back tapes that are away and run "vault rebuild", or ${instead} what is there of it with ${newest.id.slice(0, 8)} in place of ${name}.`,
    },
  ];
};
