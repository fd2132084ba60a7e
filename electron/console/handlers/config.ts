import type { ConfigStep } from '../../../shared/contract/config.ts';
import type { InputOf, ProcedureName } from '../../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { randomId } from '../../platform/ids.ts';
import type { UnderAudit } from '../audit/audit-log.ts';
import { dangerOf } from '../audit/dangers.ts';
import type { StoredObject } from '../store/object-table.ts';
import { objectNamed } from './lookups.ts';
import { preparedNotice, setRule } from './notices.ts';
import { preparedObject, preparedUpdate } from './objects.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { preparedMark, setRetention } from './retention.ts';
import { pauseSchedule, preparedSchedule, scheduleNamed } from './schedules.ts';
import { checkedOwn, checkedSettings } from './settings.ts';
import { TakenNames } from './taken-names.ts';

/** Puts a change down that was looked at, or throws why it cannot be made; or what looking at it found. */
type Prepared = (() => void) | ColdframeError;

/** Serves changes of the configuration that are made together. */
export const configHandlers = (parts: ConsoleParts): HandlersOf<'config.change'> => ({
  'config.change': async ({ steps, dryRun = false, partly = false }) => {
    const taken = new TakenNames(parts.store);
    const prepared = await preparedSteps(parts, steps, taken);
    // From here on nothing is waited for: what can be made now can be made below.
    taken.forget();
    const refused = triedOnly(parts, prepared);
    if (!dryRun) {
      if (refused.size > 0 && !partly) throw configRefused(steps, refused);
      taken.forget();
      make(parts, steps, prepared, refused);
      parts.limits.refresh();
      parts.schedules.look();
    }
    return {
      made: dryRun ? 0 : steps.length - refused.size,
      refused: [...refused].map(([step, { code, kind, message, guidance, context }]) => ({
        step,
        error: { code, kind, message, guidance, context: { ...context } },
      })),
    };
  },
});

type Refused = ReadonlyMap<number, ColdframeError>;

/** Looks at each change as far as that takes time. What is added is known to those after it. */
const preparedSteps = async (
  parts: ConsoleParts,
  steps: readonly ConfigStep[],
  taken: TakenNames,
): Promise<Prepared[]> => {
  const added = new Map<string, StoredObject>();
  const prepared: Prepared[] = [];
  for (const step of steps) prepared.push(await preparedStep(parts, step, added, taken).catch(asColdframeError));
  return prepared;
};

const preparedStep = async (
  parts: ConsoleParts,
  { procedure, input }: ConfigStep,
  added: Map<string, StoredObject>,
  taken: TakenNames,
): Promise<() => void> => {
  const { store } = parts;
  const known = (name: string): StoredObject => added.get(name) ?? objectNamed(parts, name);
  switch (procedure) {
    case 'settings.set': {
      const change = await checkedSettings(input);
      return () => store.settings.change(change);
    }
    case 'settings.setOfObject': {
      const { object, ...own } = input;
      const change = await checkedOwn(own);
      return () => store.settings.changeOf(objectNamed(parts, object).id, change);
    }
    case 'object.add': {
      const { object, commit } = await preparedObject(parts, input, taken);
      added.set(object.name, object);
      return commit;
    }
    case 'object.update':
      return preparedUpdate(parts, input, known);
    case 'retention.hold':
    case 'retention.keep':
      return await preparedMark(
        parts,
        procedure === 'retention.hold' ? { set: input.set, hold: input.note ?? '' } : input,
      );
    case 'retention.set':
      return () => setRetention(parts, objectNamed(parts, input.object), input);
    case 'schedule.add':
      return await preparedSchedule(parts, input, known);
    case 'schedule.pause':
      return () => pauseSchedule(parts, scheduleNamed(parts, input.schedule), true);
    case 'schedule.resume':
      return () => pauseSchedule(parts, scheduleNamed(parts, input.schedule), false);
    case 'notice.add': {
      const commit = await preparedNotice(parts, input, undefined);
      return () => commit(randomId());
    }
    case 'notice.rule':
      return () => setRule(parts, input);
  }
};

/** Makes all changes, finds out which are refused, and takes everything back. What is no refusal, as a full disk, is thrown: nothing is known then. */
const triedOnly = ({ store }: ConsoleParts, prepared: readonly Prepared[]): Refused => {
  const refused = new Map<number, ColdframeError>();
  const back = new Error('taken back');
  try {
    store.atOnce(() => {
      for (const [at, commit] of prepared.entries()) {
        try {
          if (commit instanceof ColdframeError) throw commit;
          store.atOnce(commit);
        } catch (thrown) {
          if (!(thrown instanceof ColdframeError)) throw thrown;
          refused.set(at, thrown);
        }
      }
      throw back;
    });
  } catch (thrown) {
    if (thrown !== back) throw thrown;
  }
  return refused;
};

/** Makes the changes that are not refused, all of them or none. Those that are dangerous are noted first, as if somebody had made each. */
const make = (
  parts: ConsoleParts,
  steps: readonly ConfigStep[],
  prepared: readonly Prepared[],
  refused: Refused,
): void => {
  const commits = prepared.flatMap((commit, at) =>
    refused.has(at) || commit instanceof ColdframeError ? [] : [commit],
  );
  const noted: UnderAudit[] = [];
  const endAll = (how: Parameters<UnderAudit['end']>[0]): void => {
    for (const each of noted) each.end(how);
  };
  try {
    // Each transaction is flushed to disk: that is for all of them together.
    parts.store.atOnce(() => {
      for (const [at, { procedure, input }] of steps.entries()) {
        const danger = dangerOf(procedure as ProcedureName, input as InputOf<ProcedureName>, () =>
          parts.store.settings.read(),
        );
        if (danger === null || refused.has(at)) continue;
        noted.push(parts.audit.begin(procedure, { ...danger, context: { ...danger.context, by: 'config.change' } }));
      }
    });
    parts.store.atOnce(() => {
      for (const commit of commits) commit();
    });
  } catch (thrown) {
    endTogether(parts, () => endAll({ thrown }));
    throw thrown;
  }
  endTogether(parts, () => endAll({ warned: false }));
};

/** How acts ended is noted as far as that can be: those that are not are closed as unknown by the next console. */
const endTogether = ({ store }: ConsoleParts, end: () => void): void => {
  try {
    store.atOnce(end);
  } catch {
    // See above.
  }
};

const configRefused = (steps: readonly ConfigStep[], refused: Refused): ColdframeError => {
  const [[at, first] = [0, null]] = refused;
  return new ColdframeError('CONFIG_REFUSED', {
    message: `${refused.size} of ${steps.length} changes cannot be made, so none was. The first of them (${steps[at]?.procedure ?? ''}): ${first?.message ?? ''}`,
    guidance: `${first?.guidance ?? ''} Then import again; or leave out what is refused, with --partly.`.trim(),
    context: { changes: steps.length, refused: refused.size },
    cause: first,
  });
};
