import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { VaultInfo } from '../use-cases.ts';
import { demandStillSealed, vaultAt, withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the procedures on tapes. */
export const tapeHandlers = (parts: ConsoleParts): HandlersOf<'tape.list' | 'tape.label' | 'tape.show'> => ({
  'tape.list': async ({ vault }) => ({ tapes: [...(await parts.useCases.listTapes(vaultAt(parts, vault).dir))] }),

  'tape.label': async ({ vault, barcodes, pool }) => {
    const known = vaultAt(parts, vault);
    await demandStillSealed(known, await parts.useCases.inspectVault(known.dir));
    return { tapes: [...(await parts.useCases.labelTapes(known.dir, barcodes ?? [], pool ?? 'scratch'))] };
  },

  'tape.show': async ({ tape: name, vault: dir }) => {
    const vaults = dir === undefined ? parts.store.vaults.list() : [vaultAt(parts, dir)];
    const found: { readonly tape: TapeView; readonly vault: VaultInfo }[] = [];
    for (const vault of vaults) {
      const tape = (await tapesAt(parts, vault, dir !== undefined)).find(
        (each) => each.id === name || each.barcode === name,
      );
      if (tape) found.push({ tape, vault });
    }
    const [only, another] = found;
    if (only && !another)
      return { tape: only.tape, vault: only.vault.dir, chunks: await chunksOn(parts, only.vault, only.tape.id) };
    if (only) {
      throw new ColdframeError('USAGE', {
        message: `${found.length} vaults have a tape ${name}: ${found.map(({ vault }) => vault.dir).join(', ')}.`,
        guidance: 'Say which one with --vault DIR.',
        context: { tape: name },
      });
    }
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `No vault of this home has a tape ${name}.`,
      guidance: 'List the tapes of a vault with: coldframe tape list --vault DIR',
      context: { tape: name },
    });
  },
});

/** The tapes of a vault; none when it is out of reach and was not asked for by name. */
const tapesAt = async ({ useCases }: ConsoleParts, vault: VaultInfo, named: boolean): Promise<readonly TapeView[]> => {
  try {
    return await useCases.listTapes(vault.dir);
  } catch (error) {
    if (!named && error instanceof ColdframeError && error.code === 'NO_SUCH_VAULT') return [];
    throw error;
  }
};

/** The chunks of a tape as the catalog knows them. */
const chunksOn = (parts: ConsoleParts, vault: VaultInfo, tape: string): Promise<OutputOf<'tape.show'>['chunks']> =>
  withCatalog(parts, vault, [], (catalog) => {
    const objects = new Map(catalog.sets(null).map(({ id, object }) => [id, object.name]));
    return [...catalog.chunksOn(tape)].map(({ set, sequence, kind, tapeSequence, block, offset, payloadBytes }) => ({
      tapeSequence,
      set,
      object: objects.get(set) ?? null,
      sequence,
      kind,
      block,
      offset,
      bytes: payloadBytes,
    }));
  });
