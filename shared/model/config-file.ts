import { CONFIG_SCHEMA, type ConfigDocument, configDocument } from '../contract/config.ts';

/** What a file of a configuration holds; or by which newer schema it was written; or the field that is not what it can be. */
export type ReadConfig =
  | { readonly document: ConfigDocument }
  | { readonly newer: number }
  | { readonly field: string };

/** Reads a configuration from the value of its JSON. The number of its schema comes first: what is newer may have any fields. */
export const readConfigValue = (value: unknown): ReadConfig => {
  const { kind, schema }: { readonly kind?: unknown; readonly schema?: unknown } = Object(value);
  if (kind === 'coldframe-config' && Number.isSafeInteger(schema) && Number(schema) > CONFIG_SCHEMA)
    return { newer: Number(schema) };
  const parsed = configDocument.safeParse(value);
  return parsed.success ? { document: parsed.data } : { field: parsed.error.issues[0]?.path.join('.') ?? '' };
};
