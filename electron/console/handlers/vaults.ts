import { accessSync, constants, existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { isShortPassphrase, SHORTEST_PASSPHRASE } from '../../../shared/model/passphrase-rule.ts';
import { isThere } from '../../platform/answering-folder.ts';
import { steeredControl } from '../jobs/control.ts';
import { ownFolders } from '../restore/own-folders.ts';
import { refuseVaultWithin } from '../restore/refuse-own-folders.ts';
import type { VaultInfo } from '../use-cases.ts';
import { demandName } from './demand-name.ts';
import { demandStillSealed, prepared, realDir, requireAccess, vaultAt, withCatalog } from './lookups.ts';
import type { CallContext, ConsoleParts, HandlersOf } from './parts.ts';
import { runAsJob, waitingEvent } from './run-as-job.ts';
import { takeInObjects } from './take-in-objects.ts';
import { vaultView } from './views.ts';

/** How long a list waits for the disk of one vault, milliseconds. */
const PATIENCE_MS = 2000;

type Names =
  | 'vault.create'
  | 'vault.open'
  | 'vault.list'
  | 'vault.show'
  | 'vault.tryPassphrase'
  | 'vault.rebuild'
  | 'vault.passphrase'
  | 'vault.recoveryCode';

const GIB = 1024 ** 3;

/** The real library that was asked for. Errors: USAGE when only half of it was named. */
const changerOf = ({
  changer,
  changerDrives = [],
}: {
  changer?: string | undefined;
  changerDrives?: string[] | undefined;
}) => {
  if ((changer === undefined) !== (changerDrives.length === 0))
    throw new ColdframeError('USAGE', {
      message: 'A changer needs at least one drive, and a drive a changer.',
      guidance: 'Give both: --changer ADDRESS --drive ADDRESS.',
    });
  return changer === undefined ? {} : { changer: { changer, drives: changerDrives } };
};

/** A passphrase that is new. Throws USAGE when it is too short to keep anybody out. */
const longEnough = (passphrase: string): string => {
  if (!isShortPassphrase(passphrase)) return passphrase;
  throw new ColdframeError('USAGE', {
    message: `The passphrase has fewer than ${SHORTEST_PASSPHRASE} characters.`,
    guidance: 'Take a longer one: several words are easy to keep in mind and hard to guess.',
  });
};

/** Serves the procedures on whole vaults. */
export const vaultHandlers = (parts: ConsoleParts): HandlersOf<Names> => ({
  'vault.create': async (input, { secrets }) => {
    refuseVaultWithin(input.dir, await ownFolders(parts));
    const { vault, recoveryCode } = await parts.useCases.createVault({
      dir: input.dir,
      name: input.name === undefined ? basename(input.dir) : demandName(input.name, 'vault'),
      drives: input.drives ?? 2,
      slots: input.slots ?? 8,
      tapeBytes: input.tapeSize ?? 8 * GIB,
      codec: input.codec ?? 'zstd',
      passphrase: secrets.passphrase ? longEnough(secrets.passphrase) : null,
      ...changerOf(input),
    });
    const known = remember(parts, vault);
    return { vault: vaultView(known), recoveryCode };
  },

  'vault.open': async (input, context) => {
    const { dir } = input;
    const fromChanger = await recoverFromChanger(parts, context, input);
    if (input.tapes !== undefined) refuseVaultWithin(dir, [parts.home]);
    const fromTapes = await gatherTapes(parts, context, input);
    const recovered =
      fromChanger !== null ||
      ((fromTapes || input.recoverLibrary === true) &&
        (await parts.useCases.recoverLibrary(realDir(dir), context.secrets)));
    const found = await inspect(parts, dir);
    requireAccess(found, context.secrets);
    const steering = steeredControl(ignore, ignore);
    context.signal.addEventListener('abort', () => steering.abort(context.signal.reason), { once: true });
    const taken = await parts.useCases.takeInVault(found.dir, context.secrets, parts.home, steering.control);
    const vault = remember(parts, found);
    const { sets, incompleteSets, warnings, objects } =
      taken === null ? await rebuild(parts, context, vault) : { ...taken, objects: await takeInObjects(parts, vault) };
    const unsealed = await parts.useCases.unsealedTapes(found.dir);
    const told = [...(fromChanger ?? []), ...warnings].map(({ code, path }) => `${code} ${path}`);
    return {
      vault: vaultView(vault),
      sets,
      incompleteSets,
      rebuilt: taken === null,
      recovered,
      objects,
      readOnly: isReadOnly(found.dir),
      warnings: [
        ...(fromChanger ?? []),
        ...warnings,
        ...unsealed.filter(({ code, path }) => !told.includes(`${code} ${path}`)),
      ],
    };
  },

  'vault.list': async () => {
    const objects = parts.store.objects.list();
    const vaults = await Promise.all(
      parts.store.vaults.list().map(async (vault) => ({
        ...vaultView(vault),
        reachable: (await isThere(vault.dir, PATIENCE_MS)) && parts.store.vaults.byDir(vault.dir)?.id === vault.id,
        objects: objects.filter((object) => object.vault === vault.id).length,
      })),
    );
    return { vaults };
  },

  'vault.show': async ({ dir }) => {
    const vault = vaultAt(parts, dir);
    const { library, tapes } = await parts.useCases.showVault(vault.dir);
    const { sets, setsAway } = await withCatalog(parts, vault, { sets: [], setsAway: 0 }, (catalog) => {
      const lacking = catalog.tapesAwayBySet(tapes.away.map(({ tape }) => tape));
      const all = catalog.sets(null);
      return {
        sets: all,
        setsAway: all.filter(({ id, state }) => state === 'complete' && lacking.has(id)).length,
      };
    });
    return {
      vault: vaultView(vault),
      library,
      tapes,
      sets: sets.length,
      setsAway,
      bytesStored: sets.reduce((sum, { bytesStored }) => sum + bytesStored, 0),
      objects: parts.store.objects
        .list()
        .filter((object) => object.vault === vault.id)
        .map(({ name }) => name),
    };
  },

  'vault.tryPassphrase': async ({ dir }, { secrets }) => {
    const vault = vaultAt(parts, dir);
    requireAccess(vault, secrets);
    await parts.useCases.trySecret(vault.dir, secrets);
    return {};
  },

  'vault.rebuild': async ({ dir, recoverLibrary }, context) => {
    const recovered = recoverLibrary === true && (await parts.useCases.recoverLibrary(realDir(dir), context.secrets));
    const found = await inspect(parts, dir);
    requireAccess(found, context.secrets);
    const vault = remember(parts, found);
    const { vault: _, ...result } = await rebuild(parts, context, vault);
    return { vault: vaultView(vault), ...result, recovered };
  },

  'vault.passphrase': async ({ dir }, { secrets, emit }) => {
    const vault = remember(parts, await inspect(parts, dir));
    requireAccess(vault, secrets);
    if (!secrets.newPassphrase) {
      throw new ColdframeError('USAGE', {
        message: 'There is no new passphrase to change to.',
        guidance: 'Give it with --new-passphrase-file, or run the command on a terminal to be asked.',
      });
    }
    const newPassphrase = longEnough(secrets.newPassphrase);
    tellOfUsers(parts, vault, emit);
    const changed = await parts.useCases.changePassphrase(vault.dir, secrets, newPassphrase);
    return { vault: vaultView(vault), ...changed };
  },

  'vault.recoveryCode': async ({ dir }, { secrets: { passphrase }, signal }) => {
    const vault = remember(parts, await inspect(parts, dir));
    if (!vault.sealed) throw (await import('../../engine/tape/library-errors.ts')).notSealed(vault.dir);
    if (passphrase === undefined) {
      throw new ColdframeError('PASSPHRASE_MISSING', {
        message: `A new recovery code of the vault at ${vault.dir} is made with its passphrase.`,
        guidance: 'Give the passphrase; the recovery code from before is not enough.',
        context: { vault: vault.dir },
      });
    }
    demandUnused(parts, vault);
    return { vault: vaultView(vault), ...(await parts.useCases.changeRecoveryCode(vault.dir, passphrase, signal)) };
  },
});

/** Makes the library anew from a changer, where one is named and it is lost; what is said of its tapes. Null when there was nothing to do. */
const recoverFromChanger = async (
  parts: ConsoleParts,
  context: CallContext,
  { dir: asked, vaultId, tapeSize, codec, ...named }: InputOf<'vault.open'>,
): Promise<readonly Warning[] | null> => {
  const dir = realDir(asked);
  const { changer } = changerOf(named);
  if (changer === undefined) {
    if (vaultId === undefined && tapeSize === undefined && codec === undefined) return null;
    throw new ColdframeError('USAGE', {
      message: 'Which vault is meant, and what its tapes are like, is only asked of a vault in a changer.',
      guidance: 'Give --changer ADDRESS --drive ADDRESS, or leave --vault-id, --tape-size and --codec out.',
    });
  }
  if (!(await parts.useCases.lacksLibraryOf(dir, changer))) return null;
  return await runAsJob(parts, context, {
    kind: 'rebuild',
    object: null,
    vault: dir,
    input: { dir },
    // The rebuild that follows is what history tells of.
    passing: true,
    run: async (job) =>
      await parts.useCases.recoverFromChanger(
        dir,
        { ...changer, vault: vaultId ?? null, tapeBytes: tapeSize, codec },
        context.secrets,
        job,
      ),
    warned: (warnings) => warnings.length > 0,
  });
};

/** Copies the tapes of which a vault is to be made into its folder, where any are named. */
const gatherTapes = async (
  parts: ConsoleParts,
  context: CallContext,
  { dir: asked, tapes, changer }: InputOf<'vault.open'>,
): Promise<boolean> => {
  if (tapes === undefined) return false;
  if (changer !== undefined)
    throw new ColdframeError('USAGE', {
      message: 'A vault is made of files of tapes, or of the tapes in a changer, not of both.',
      guidance: 'Give either --tape or --changer.',
    });
  const dir = realDir(asked);
  const found = await parts.useCases.vaultOfTapes(tapes);
  const known = parts.store.vaults.byId(found.id);
  if (known !== null && known.dir !== dir && existsSync(known.dir))
    throw new ColdframeError('VAULT_EXISTS', {
      message: `This home has the vault "${found.name}" of these tapes already, at ${known.dir}. Nothing was changed.`,
      guidance: `Take them in there: coldframe tape import ${known.dir} --file ${tapes[0]}`,
      context: { vault: found.id, dir: known.dir },
    });
  requireAccess({ ...found, dir }, context.secrets);
  await runAsJob(parts, context, {
    kind: 'rebuild',
    object: null,
    vault: dir,
    input: { dir },
    // The rebuild that follows is what history tells of.
    passing: true,
    run: async (job) => await parts.useCases.gatherTapes(dir, tapes, job),
    warned: () => false,
  });
  return true;
};

/** Throws TAPE_IN_USE while a job uses the vault: a code that is made hours later is shown to nobody, and the one on paper is dead. */
const demandUnused = ({ board }: ConsoleParts, vault: VaultInfo): void => {
  const [user] = board.usersOf(vault.dir);
  if (user === undefined) return;
  const of = user.object === null ? '' : ` of ${user.object}`;
  throw new ColdframeError('TAPE_IN_USE', {
    message: `The ${user.kind}${of} (job ${user.id.slice(0, 8)}) uses the vault ${vault.dir}, and a new recovery code needs it alone. Nothing was changed.`,
    guidance: 'Wait until the job has ended, or cancel it; then ask again.',
    context: { vault: vault.dir, job: user.id },
  });
};

/** Says for whom it is waited with what needs the vault alone. */
const tellOfUsers = ({ board }: ConsoleParts, vault: VaultInfo, emit: CallContext['emit']): void => {
  const users = board.usersOf(vault.dir);
  if (users.length > 0) emit(waitingEvent(null, users));
};

/** What lies at a folder, under its real name. Throws VAULT_UNSEALED. */
const inspect = async ({ useCases, store }: ConsoleParts, dir: string): Promise<VaultInfo> => {
  const real = realDir(dir);
  const found = { ...(await useCases.inspectVault(real)), dir: real };
  await demandStillSealed(store.vaults.byId(found.id), found);
  return found;
};

const isReadOnly = (dir: string): boolean => {
  try {
    accessSync(dir, constants.W_OK);
    return false;
  } catch {
    return true;
  }
};

const remember = ({ store }: ConsoleParts, vault: VaultInfo): VaultInfo => {
  const known = { ...vault, dir: realDir(vault.dir) };
  store.vaults.put(known);
  return known;
};

/** Rebuilds as a job, and takes the objects in that the catalog then has sets of. */
const rebuild = (parts: ConsoleParts, context: Parameters<typeof runAsJob>[1], vault: VaultInfo) =>
  runAsJob(parts, context, {
    kind: 'rebuild',
    object: null,
    vault: vault.dir,
    input: { dir: vault.dir },
    run: async (job) => {
      const result = await prepared(
        parts,
        'rebuild',
        async () => await parts.useCases.runRebuild(vault.dir, context.secrets, parts.home, job),
      );
      return { ...result, objects: await takeInObjects(parts, vault) };
    },
    warned: ({ warnings, incompleteSets }) => warnings.length > 0 || incompleteSets > 0,
  });

const ignore = () => undefined;
