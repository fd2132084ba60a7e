import { ColdframeError } from '../../../shared/errors.ts';
import { vaultAt } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the procedures on tapes. */
export const tapeHandlers = (parts: ConsoleParts): HandlersOf<'tape.list' | 'tape.show'> => ({
  'tape.list': async ({ vault }) => ({ tapes: [...(await parts.useCases.listTapes(vaultAt(parts, vault).dir))] }),

  'tape.show': async ({ tape, vault }, { secrets }) => {
    const vaults = vault === undefined ? parts.store.vaults.list() : [vaultAt(parts, vault)];
    for (const { dir } of vaults) {
      const found = await parts.useCases.showTape(dir, tape, secrets);
      if (found) return found;
    }
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `No vault of this home has a tape ${tape}.`,
      guidance: 'List the tapes of a vault with: coldframe tape list --vault DIR',
      context: { tape },
    });
  },
});
