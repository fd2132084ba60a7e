import { existsSync } from 'node:fs';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { KnownDamage, VaultInfo } from '../use-cases.ts';
import { cleaningHandlers } from './cleaning.ts';
import { demandNotHeld } from './demand-not-held.ts';
import { demandStillSealed, requireAccess, vaultAt, withCatalog, withSession, writable } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { demandLooked, holdsOnLoss } from './retention-holds.ts';
import { runAsJob } from './run-as-job.ts';
import { runAsMove, withLibraryOf, withQueuedMoves } from './run-as-move.ts';
import { takeInObjects } from './take-in-objects.ts';
import { withLive } from './tapes-with-live.ts';
import { isoTime } from './views.ts';

type Names =
  | 'library.show'
  | 'library.log'
  | 'library.load'
  | 'library.unload'
  | 'library.move'
  | 'library.eject'
  | 'library.takeIn'
  | 'library.clean'
  | 'library.addCleaningTape'
  | 'library.removeCleaningTape'
  | 'library.setCleaning'
  | 'library.setAllocation'
  | 'library.inventory'
  | 'tape.names'
  | 'tape.list'
  | 'tape.label'
  | 'tape.show'
  | 'tape.losses'
  | 'tape.erase'
  | 'tape.forget'
  | 'tape.copy'
  | 'tape.export'
  | 'tape.import'
  | 'tape.retire'
  | 'tape.protect'
  | 'tape.shelve';

/** Serves the procedures on libraries and their tapes. */
export const tapeHandlers = (parts: ConsoleParts): HandlersOf<Names> => ({
  'tape.names': async ({ vault }) => ({ tapes: [...(await parts.useCases.tapeNames(vaultAt(parts, vault).dir))] }),

  'tape.list': async ({ vault }) => {
    const known = vaultAt(parts, vault);
    return {
      tapes: await withLive(parts, known, await parts.useCases.listTapes(known.dir)),
      requests: requestsOf(parts, known),
    };
  },

  'tape.label': async ({ vault, barcodes, pool }) => {
    const known = vaultAt(parts, vault);
    await demandStillSealed(known, await parts.useCases.inspectVault(known.dir));
    return { tapes: [...(await parts.useCases.labelTapes(known.dir, barcodes ?? [], pool ?? 'scratch'))] };
  },

  'tape.show': async ({ tape: name, vault: dir }) => {
    const { tape, vault } = await tapeNamed(parts, name, dir);
    const damage = (await parts.useCases.knownDamage(parts.home, vault.id)).filter((each) => each.tape === tape.id);
    const chunks = await chunksOn(parts, vault, tape.id, damage);
    const damagedChunks = new Set(damage.map(({ set, sequence }) => `${set} ${sequence}`)).size;
    return {
      tape: { ...tape, damagedChunks },
      vault: vault.dir,
      chunks,
      requests: requestsOf(parts, vault),
      head: parts.board.heads(vault.dir).find((each) => each.tape === tape.id) ?? null,
    };
  },

  'library.show': async ({ vault }) => {
    const known = vaultAt(parts, vault);
    const library = await parts.useCases.showLibrary(known.dir);
    return {
      ...library,
      tapes: await withLive(parts, known, library.tapes),
      requests: requestsOf(parts, known),
      heads: parts.board.heads(known.dir),
      robot: withQueuedMoves(parts, known.dir, await parts.useCases.showRobot(known.dir)),
    };
  },
  'library.log': async ({ vault, tape, limit }) =>
    await parts.useCases.showRobotLog(vaultAt(parts, vault).dir, { ...(tape && { tape }), ...(limit && { limit }) }),
  'library.load': async (input, context) => {
    const { tape, drive } = input;
    const moved = await runAsMove(parts, context, input, tape, (dir, job) =>
      parts.useCases.loadTape(dir, tape, drive, job),
    );
    return await withLibraryOf(parts, moved);
  },
  'library.unload': async (input, context) => {
    const { drive } = input;
    const moved = await runAsMove(parts, context, input, '', (dir, job) => parts.useCases.unloadDrive(dir, drive, job));
    return await withLibraryOf(parts, moved);
  },
  'library.move': async (input, context) => {
    const { tape, slot } = input;
    const moved = await runAsMove(parts, context, input, tape, (dir, job) =>
      parts.useCases.moveTape(dir, tape, slot, job),
    );
    return await withLibraryOf(parts, moved);
  },
  'library.eject': async ({ vault, tape }) =>
    await parts.useCases.ejectTape((await writable(parts, vaultAt(parts, vault))).dir, tape),
  'library.takeIn': async ({ vault, tape }) =>
    await parts.useCases.takeInTape((await writable(parts, vaultAt(parts, vault))).dir, tape),
  ...cleaningHandlers(parts),
  'library.setAllocation': async ({ vault, policy, every }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    return await parts.useCases.setAllocation(dir, policy, every ?? null);
  },
  'library.inventory': async ({ vault }) => {
    const { dir } = await writable(parts, vaultAt(parts, vault));
    const findings = await parts.useCases.takeInventory(dir);
    const tapes = await parts.useCases.listTapes(dir);
    return { vault: dir, tapes: tapes.filter(({ state }) => state !== 'missing').length, findings: [...findings] };
  },

  'tape.losses': async ({ tape: name, vault: dir }, { secrets }) => {
    const { tape: found, vault } = await tapeNamed(parts, name, dir);
    requireAccess(vault, secrets);
    const asOf = Date.now();
    const losses = await withSession(
      parts,
      vault,
      secrets,
      async (session) => await parts.useCases.tapeLosses(session, found.id),
    );
    const { tape, elements, chunks, chunksLost, unlisted, copies, front } = losses;
    const sets = [
      ...losses.sets.map((set) => lostSet(set, false)),
      ...losses.onCopies.map((set) => lostSet(set, true)),
    ];
    return {
      tape,
      vault: vault.dir,
      chunks,
      chunksLost,
      sets,
      copies,
      elements: [...elements],
      unlisted,
      front,
      holds: await holdsOnLoss(
        parts,
        vault,
        sets.map(({ id }) => id),
      ),
      asOf: isoTime(asOf),
    };
  },

  'tape.erase': async (input, context) => {
    const { tape: found, vault } = await tapeNamed(parts, input.tape, input.vault);
    requireAccess(vault, context.secrets);
    const asOf = input.asOf === undefined ? Date.now() : Date.parse(input.asOf);
    const agreed = { sets: input.sets, unlisted: input.unlisted ?? 0, asOf, front: input.damagedFront };
    return await runAsJob(parts, context, {
      kind: 'erase',
      object: null,
      vault: vault.dir,
      input,
      run: async (job) => {
        if (input.althoughHeld !== true) await demandLooked(parts, vault, input.sets);
        const { tape, sets, warnings } = await withSession(
          parts,
          vault,
          context.secrets,
          async (session) =>
            await unheld(parts, (demandFree) =>
              parts.useCases.eraseTape(session, { tape: found.id, agreed, demandFree }, job),
            ),
          job,
        );
        return { tape, vault: vault.dir, sets: sets.map((set) => lostSet(set, false)), warnings: [...warnings] };
      },
      warned: ({ warnings }) => warnings.length > 0,
    });
  },

  'tape.forget': async (input, { secrets }) => {
    const { tape: found, vault } = await tapeNamed(parts, input.tape, input.vault);
    requireAccess(vault, secrets);
    await writable(parts, vault);
    const asOf = input.asOf === undefined ? Date.now() : Date.parse(input.asOf);
    const agreed = { sets: input.sets, unlisted: input.unlisted ?? 0, asOf };
    if (input.althoughHeld !== true) await demandLooked(parts, vault, input.sets);
    const { tape, sets, warnings } = await withSession(
      parts,
      vault,
      secrets,
      async (session) =>
        await unheld(parts, (demandFree) => parts.useCases.forgetTape(session, { tape: found.id, agreed, demandFree })),
    );
    return { tape, vault: vault.dir, sets: sets.map((set) => lostSet(set, false)), warnings: [...warnings] };
  },

  'tape.copy': async (input, context) => {
    const { tape, vault } = await tapeNamed(parts, input.tape, input.vault);
    requireAccess(vault, context.secrets);
    return await runAsJob(parts, context, {
      kind: 'copy',
      object: null,
      vault: vault.dir,
      input,
      run: async (job) => {
        const result = await withSession(
          parts,
          vault,
          context.secrets,
          async (session) => await parts.useCases.copyTape(session, { tape: tape.id, to: input.to }, job),
          job,
        );
        return { ...result, vault: vault.dir };
      },
      warned: ({ warnings }) => warnings.length > 0,
    });
  },

  'tape.export': async (input, context) => {
    const { tape, vault } = await tapeNamed(parts, input.tape, input.vault);
    requireAccess(vault, context.secrets);
    return await runAsJob(parts, context, {
      kind: 'export',
      object: null,
      vault: vault.dir,
      input,
      run: async (job) => {
        const request = { tape: tape.id, file: input.file };
        const result = await withSession(
          parts,
          vault,
          context.secrets,
          async (session) => await parts.useCases.exportTape(session, request, job),
          job,
        );
        return { ...result, vault: vault.dir };
      },
      warned: ({ warnings }) => warnings.length > 0,
    });
  },

  'tape.import': async (input, context) => {
    const vault = await writable(parts, vaultAt(parts, input.vault));
    requireAccess(vault, context.secrets);
    return await runAsJob(parts, context, {
      kind: 'import',
      object: null,
      vault: vault.dir,
      input,
      run: async (job) => {
        const request = { file: input.file, partial: input.partial ?? false };
        const result = await parts.useCases
          .importTape(vault.dir, context.secrets, parts.home, request, job)
          .catch((thrown: unknown) => {
            throw inItsOwnVault(parts, vault, input.file, asColdframeError(thrown));
          });
        return { ...result, vault: vault.dir, objects: await takeInObjects(parts, vault) };
      },
      warned: ({ warnings, missing }) => warnings.length > 0 || missing.length > 0,
    });
  },

  'tape.retire': async ({ tape: name, vault: dir }) => {
    const { tape, vault } = await tapeNamed(parts, name, dir);
    await writable(parts, vault);
    return { tape: await parts.useCases.retireTape(vault.dir, tape.id), vault: vault.dir };
  },

  'tape.shelve': async ({ tape: name, vault: dir, shelf }) => {
    const { tape, vault } = await tapeNamed(parts, name, dir);
    await writable(parts, vault);
    return { tape: await parts.useCases.shelveTape(vault.dir, tape.id, shelf), vault: vault.dir };
  },

  'tape.protect': async ({ tape: name, vault: dir, on }) => {
    const { tape, vault } = await tapeNamed(parts, name, dir);
    await writable(parts, vault);
    return { tape: await parts.useCases.protectTape(vault.dir, tape.id, on), vault: vault.dir };
  },
});

/** Of a tape of another vault that this home has, too, it is known where it belongs. */
const inItsOwnVault = (
  { store }: ConsoleParts,
  vault: VaultInfo,
  file: string,
  error: ColdframeError,
): ColdframeError => {
  const { code, message, context } = error;
  const own =
    code === 'TAPE_MISMATCH' && typeof context.vault === 'string' && context.vault !== vault.id
      ? store.vaults.byId(context.vault)
      : null;
  if (own === null || !existsSync(own.dir)) return error;
  const guidance = `That vault is at ${own.dir}. Take it in there: coldframe tape import ${own.dir} --file ${file}`;
  return new ColdframeError(code, { message, guidance, context: { ...context, dir: own.dir }, cause: error });
};

/** Runs what loses sets with a tape: none that somebody holds, and none that somebody would hold meanwhile. */
const unheld = <Result>(
  parts: ConsoleParts,
  work: (demandFree: (sets: readonly string[]) => void) => Promise<Result>,
): Promise<Result> => parts.goingSets.during((sets) => demandNotHeld(parts, sets), work);

const requestsOf = ({ mounts }: ConsoleParts, { dir }: VaultInfo) => [...mounts.of(dir)];

/** The one tape that a name means, by volume id or barcode, and its vault. */
export const tapeNamed = async (
  parts: ConsoleParts,
  name: string,
  dir: string | undefined,
): Promise<{ readonly tape: TapeView; readonly vault: VaultInfo }> => {
  const vaults = dir === undefined ? parts.store.vaults.list() : [vaultAt(parts, dir)];
  const found: { readonly tape: TapeView; readonly vault: VaultInfo }[] = [];
  for (const vault of vaults) {
    const tape = (await tapesAt(parts, vault, dir !== undefined)).find(
      (each) => each.id === name || each.barcode === name,
    );
    if (tape) found.push({ tape, vault });
  }
  const [only, another] = found;
  if (only && !another) return only;
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
};

const lostSet = ({ id, object, level, state, createdAt }: BlockSetSummary, onCopies: boolean) => ({
  id,
  onCopies,
  object: object.name,
  level,
  state,
  createdAt: isoTime(createdAt),
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
const chunksOn = (
  parts: ConsoleParts,
  vault: VaultInfo,
  tape: string,
  damage: readonly KnownDamage[],
): Promise<OutputOf<'tape.show'>['chunks']> =>
  withCatalog(parts, vault, [], (catalog) => {
    const harmed = new Set(
      damage.map((each) => [each.set, each.sequence, ...(each.block === undefined ? [] : [each.block])].join(' ')),
    );
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
      damaged: harmed.has(`${set} ${sequence}`) || harmed.has(`${set} ${sequence} ${block}`),
    }));
  });
