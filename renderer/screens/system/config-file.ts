import { type ConfigDocument, configDocument } from '../../../shared/contract/config.ts';
import { configNow } from '../../../shared/model/config-now.ts';
import { type ConfigChange, planConfig } from '../../../shared/model/config-plan.ts';
import { call } from '../../stores/calls.ts';

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

/** What the home has chosen, as a document. */
export const ownConfig = async (): Promise<ConfigDocument> => {
  const { version } = await call('about', {});
  return await configNow({ call: (procedure, input) => call(procedure, input) }, version);
};

/** What it takes to make this home as a document has it. */
export const changesFor = async (wanted: ConfigDocument): Promise<readonly ConfigChange[]> => {
  const [now, { vaults }] = await Promise.all([ownConfig(), call('vault.list', {})]);
  return planConfig(now, wanted, vaults);
};
