import { ColdframeError } from '../../../shared/errors.ts';
import { realDir } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

const PAGE = 100;

/** Serves the log of notable acts. */
export const activityHandlers = ({ store }: ConsoleParts): HandlersOf<'activity.list'> => ({
  'activity.list': async ({ object, vault, after, limit = PAGE }) => {
    const before = after === undefined ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before)) throw noSuchPage(after);
    const { entries, total } = store.activity.list({
      object: object ?? null,
      vault: vault === undefined ? null : realDir(vault),
      before,
      limit,
    });
    const last = entries.at(-1)?.sequence;
    return { entries, total, next: entries.length < limit || last === undefined ? null : String(last) };
  },
});

const noSuchPage = (after: string | undefined): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The activity log has no page ${after}.`,
    guidance: 'Ask for it again from its beginning.',
  });
