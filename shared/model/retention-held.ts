import { ColdframeError } from '../errors.ts';

/** That retention is held back. `act`: the command that would go past it. `holds`: why, in words that follow a colon, and about which set. */
export const retentionHeld = (
  object: string,
  holds: readonly { readonly about: string; readonly set: string | null }[],
  act = `retention apply ${object}`,
): ColdframeError =>
  new ColdframeError('RETENTION_HELD', {
    message: `Retention of ${object} is held back: ${holds.map(({ about }) => about).join('. And ')}. Nothing was changed.`,
    guidance: `Older sets may be the only good ones left, so look first. Then say that what is unusual is as it should be: coldframe retention acknowledge ${object}. Or let sets go although it is held: coldframe ${act} --although-held`,
    context: { object, sets: holds.flatMap(({ set }) => (set === null ? [] : [set])).join(' ') },
  });
