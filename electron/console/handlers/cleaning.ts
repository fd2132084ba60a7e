import { vaultAt, writable } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

type Names = 'library.clean' | 'library.addCleaningTape' | 'library.removeCleaningTape' | 'library.setCleaning';

/** Serves the procedures on cleaning tapes, and on drives that want them. */
export const cleaningHandlers = (parts: ConsoleParts): HandlersOf<Names> => ({
  'library.clean': async ({ vault, drive, tape }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    return await parts.useCases.cleanDrive(dir, drive, tape ?? null);
  },
  'library.addCleaningTape': async ({ vault, barcode, uses }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    const wanted = { ...(barcode === undefined ? {} : { barcode }), ...(uses === undefined ? {} : { uses }) };
    return await parts.useCases.addCleaningTape(dir, wanted);
  },
  'library.removeCleaningTape': async ({ vault, barcode }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    return await parts.useCases.removeCleaningTape(dir, barcode);
  },
  'library.setCleaning': async ({ vault, afterBytes }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    return await parts.useCases.setCleaning(dir, afterBytes);
  },
});
