import { ColdframeError } from '../errors.ts';

/** That retention is held back. `holds`: why, in words that follow a colon, and about which set. */
export const retentionHeld = (
  object: string,
  holds: readonly { readonly about: string; readonly set: string | null }[],
): ColdframeError =>
  new ColdframeError('RETENTION_HELD', {
    message: `Retention of ${object} is held back: ${holds.map(({ about }) => about).join('. And ')}. Nothing was changed.`,
    guidance: `Older sets may be the only good ones left, so look first. Then say that what is unusual is as it should be: coldframe retention acknowledge ${object}. Or let sets go although it is held: coldframe retention apply ${object} --although-held`,
    context: { object, sets: holds.flatMap(({ set }) => (set === null ? [] : [set])).join(' ') },
  });
