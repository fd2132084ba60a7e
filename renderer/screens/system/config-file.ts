import { type ConfigDocument, type ConfigStep, configDocument } from '../../../shared/contract/config.ts';
import { configNow } from '../../../shared/model/config-now.ts';
import { type ConfigChange, planConfig } from '../../../shared/model/config-plan.ts';
import { call, change } from '../../stores/calls.ts';

/** The configuration that a file holds; a string says what is wrong with it. */
export const readConfig = (text: string): ConfigDocument | { readonly field: string } | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = configDocument.safeParse(value);
  return parsed.success ? parsed.data : { field: parsed.error.issues[0]?.path.join('.') ?? '' };
};

/** What the home has chosen, as a document, and what has ids there. */
export const ownConfig = async () => {
  const { version } = await call('about', {});
  return await configNow({ call: (procedure, input) => call(procedure, input) }, version);
};

/** A change that a document asks for, and why it cannot be made, if so. */
export interface TriedChange extends ConfigChange {
  readonly refused: string | null;
}

/** What it takes to make this home as a document has it. */
export const changesFor = async (wanted: ConfigDocument): Promise<readonly TriedChange[]> => {
  const { document, here } = await ownConfig();
  const planned = planConfig(document, wanted, here);
  const { refused } = await change('config.change', { steps: [...stepsOf(planned)], dryRun: true });
  const why = new Map(refused.map(({ step, error }) => [step, error.message]));
  let at = -1;
  return planned.map((each) => {
    if (each.step !== null) at += 1;
    return { ...each, refused: each.step === null ? null : (why.get(at) ?? null) };
  });
};

/** What can be done about changes by a call. */
export const stepsOf = (changes: readonly ConfigChange[]): readonly ConfigStep[] =>
  changes.flatMap(({ step }) => (step === null ? [] : [step]));

/** Makes all that is not refused, together; gives how many changes were made. */
export const makeChanges = async (changes: readonly TriedChange[]): Promise<number> => {
  const steps = [...stepsOf(changes.filter(({ refused }) => refused === null))];
  return (await change('config.change', { steps })).made;
};
