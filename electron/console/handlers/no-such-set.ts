import { ColdframeError } from '../../../shared/errors.ts';
import { pointInTime } from '../../../shared/model/point-in-time.ts';
import type { ConsoleParts } from './parts.ts';

/** Why a name means no block set: an object without one, a time that is none or before the first, or nothing known. */
export const noSuchSet = ({ store }: Pick<ConsoleParts, 'store'>, name: string, incomplete = 0): ColdframeError => {
  const at = name.lastIndexOf('@');
  const [object, when] = at < 0 ? [name, 'latest'] : [name.slice(0, at), name.slice(at + 1)];
  const context = { set: name };
  const known = store.objects.byName(object) !== null;
  const until = pointInTime(when);
  if (at >= 0 && when !== 'latest' && until === null) {
    return new ColdframeError('USAGE', {
      message: `${JSON.stringify(when)} in ${name} is no time.`,
      guidance: `Give a date, "2026-01-31 17:30", with seconds or an offset such as +01:00 if need be (UTC without one), or @latest.`,
      context,
    });
  }
  if (!known) {
    return new ColdframeError('NO_SUCH_SET', {
      message:
        at < 0
          ? `There is no block set or object ${name}.`
          : `There is no object ${object} to have a block set ${name}.`,
      guidance: 'List them with: coldframe sets',
      context,
    });
  }
  if (incomplete > 0) {
    return new ColdframeError('NO_SUCH_SET', {
      message: `${name} means no complete block set; ${incomplete === 1 ? '1 is' : `${incomplete} are`} incomplete: interrupted, or tapes are missing.`,
      guidance: `Put the missing tapes back and run "coldframe vault rebuild DIR", or restore what is there by the id of a set: coldframe sets ${object}`,
      context: { ...context, object, incomplete },
    });
  }
  return new ColdframeError('NO_SUCH_SET', {
    message:
      until === null
        ? `${object} has no complete block set yet.`
        : `${object} has no complete block set that is not after ${new Date(until).toISOString()}.`,
    guidance:
      until === null ? `Back it up with: coldframe backup ${object}` : `List them with: coldframe sets ${object}`,
    context: { ...context, object },
  });
};
