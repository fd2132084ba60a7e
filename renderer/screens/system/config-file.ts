import type { ConfigDocument, ConfigStep } from '../../../shared/contract/config.ts';
import { type ReadConfig, readConfigValue } from '../../../shared/model/config-file.ts';
import { configNow } from '../../../shared/model/config-now.ts';
import { type ConfigChange, planConfig } from '../../../shared/model/config-plan.ts';
import { call, change } from '../../stores/calls.ts';

/** The configuration that the text of a file holds, or what is wrong with it; null of what is no JSON. */
export const readConfig = (text: string): ReadConfig | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return readConfigValue(value);
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

/** Makes the changes that were not refused when they were shown, all of them or none; gives how many were made. */
export const makeChanges = async (changes: readonly TriedChange[]): Promise<number> => {
  const steps = [...stepsOf(changes.filter(({ refused }) => refused === null))];
  return (await change('config.change', { steps })).made;
};
