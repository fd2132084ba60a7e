import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { AuditPair } from '../store/audit-table.ts';
import { realDir } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { isoTime } from './views.ts';

const PAGE = 100;

/** Serves the audit log. */
export const auditHandlers = ({ store, audit }: ConsoleParts): HandlersOf<'audit.list' | 'audit.verify'> => ({
  'audit.list': async ({ act, object, vault, after, limit = PAGE }) => {
    const before = after === undefined ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before)) throw noSuchPage(after);
    const { acts, total } = store.audit.list({
      act: act ?? null,
      object: object ?? null,
      vault: vault === undefined ? null : realDir(vault),
      before,
      limit,
    });
    const last = acts.at(-1)?.begun.sequence;
    return {
      entries: acts.map(entryOf),
      total,
      next: acts.length < limit || last === undefined ? null : String(last),
    };
  },
  'audit.verify': async ({ head }) => {
    const { records, head: last, problem } = await audit.verify(head ?? null);
    return { records, head: last && { ...last }, problem: problem && { ...problem } };
  },
});

const entryOf = ({ begun, ended }: AuditPair): AuditEntry => ({
  sequence: begun.sequence,
  at: isoTime(begun.at),
  endedAt: ended === null ? null : isoTime(ended.at),
  act: begun.act,
  outcome: ended?.phase ?? 'begun',
  error: ended?.error ?? null,
  object: begun.object,
  vault: begun.vault,
  context: readable(begun.context),
  digest: begun.digest,
});

/** What somebody wrote over shows as it is; that it is not what was written the chain tells. */
const readable = (context: string): AuditEntry['context'] => {
  try {
    return JSON.parse(context) as AuditEntry['context'];
  } catch {
    return { unreadable: context };
  }
};

const noSuchPage = (after: string | undefined): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The audit log has no page ${after}.`,
    guidance: 'Ask for it again from its beginning.',
  });
