import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { hasRules } from '../../../shared/model/retention.ts';
import { type Selection, sourceOf } from '../../../shared/model/selection.ts';
import { randomId } from '../../platform/ids.ts';
import { base64OfPath, bytesOfPath } from '../paths.ts';
import type { StoredObject } from '../store/object-table.ts';
import { isNbdUri, nameOf, parseNbdUri } from '../volumes/nbd-uri.ts';
import { demandFrozen } from './backup-notice.ts';
import { demandName } from './demand-name.ts';
import { demandRoot } from './demand-root.ts';
import { objectNamed, vaultAt, vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { sharedDiskOf } from './shared-disks-of.ts';
import { TakenNames } from './taken-names.ts';
import { isoTime, objectView } from './views.ts';

/** Serves the procedures on logical objects. */
export const objectHandlers = (
  parts: ConsoleParts,
): HandlersOf<'object.add' | 'object.update' | 'object.list' | 'object.show' | 'object.remove'> => ({
  'object.add': async (input) => {
    const { object, commit } = await preparedObject(parts, input);
    const { selection } = object;
    const unmatched = selection.exclude.length === 0 ? [] : await unmatchedIn(parts, selection);
    commit();
    return { object: objectView(object, vaultOf(parts, object)), unmatched: [...unmatched] };
  },

  'object.update': async (input) => {
    const commit = await preparedUpdate(parts, input, (name) => objectNamed(parts, name));
    const object = commit();
    return { object: objectView(object, vaultOf(parts, object)) };
  },

  'object.list': async () => ({
    objects: parts.store.objects.list().map((object) => objectView(object, vaultOf(parts, object))),
  }),

  'object.show': async ({ object: name }) => {
    const object = objectNamed(parts, name);
    const vault = vaultOf(parts, object);
    const sets = await withCatalog(parts, vault, [], (catalog) => catalog.sets(object.id));
    const last = Math.max(...sets.filter(({ state }) => state === 'complete').map(({ createdAt }) => createdAt));
    return {
      object: objectView(object, vault),
      sets: sets.length,
      lastBackupAt: Number.isFinite(last) ? isoTime(last) : null,
      sharedDisk: await sharedDiskOf(parts, object),
    };
  },

  'object.remove': async ({ object: name }) => {
    const object = objectNamed(parts, name);
    const schedules = parts.store.schedules.list().filter((each) => each.object === object.id).length;
    const rules = parts.store.retention.rules(object.id);
    parts.store.objects.remove(object.id);
    return {
      object: objectView(object, vaultOf(parts, object)),
      schedules,
      keepRules: hasRules(rules),
    };
  },
});

/** An object as it is to be, checked as far as that takes time. `commit` looks at the rest and puts it down. */
interface PreparedObject {
  readonly object: StoredObject;
  readonly commit: () => void;
}

/** A new object. `taken`: of several that are added, whoever makes them says when names are to be read anew. */
export const preparedObject = async (
  parts: ConsoleParts,
  input: InputOf<'object.add'>,
  taken: TakenNames | null = null,
): Promise<PreparedObject> => {
  const { kind, named } = kindOf(input);
  const { volumes, sources } = volumesOf(named);
  const { noticeMs = null } = input;
  demandFrozen({ kind, volumes, selection: { sources } }, noticeMs);
  const rules = await rulesOf(input);
  if (kind === 'files') demandNotFree(rules);
  const vault = vaultAt(parts, input.vault);
  const names = () => taken ?? new TakenNames(parts.store);
  names().demandFree(demandName(input.name, 'object'));
  const files = { roots: await rootsOf(parts, input), ...rules };
  const selection =
    kind === 'files' ? files : { ...files, volumes, ...(Object.keys(sources).length > 0 && { sources }) };
  if (kind === 'volumes') await demandVolumes(parts, volumes, selection);
  const id = (await knownId(parts, vault.id, input.name)) ?? randomId();
  const { name } = input;
  const object = { id, name, kind, vault: vault.id, volumes, selection, createdAt: Date.now(), noticeMs };
  const commit = (): void => {
    names().demandFree(name);
    parts.store.objects.add(object);
    taken?.add(name);
  };
  return { object, commit };
};

/**
 * An object that changes. `known` gives it by its name, also one that is only to be added. What is given here puts it down: of the object as it is by
 * then only what is asked for changes.
 */
export const preparedUpdate = async (
  parts: ConsoleParts,
  input: InputOf<'object.update'>,
  known: (name: string) => StoredObject,
): Promise<() => StoredObject> => {
  const given = await rulesOf(input);
  const before = known(input.object);
  demandChangeable(before, input, given);
  const named = await rootsOf(parts, input, before.selection.roots);
  return () => {
    const object = objectNamed(parts, input.object);
    demandChangeable(object, input, given);
    demandUnchanged(object, input.was);
    if (object.kind === 'volumes') {
      const { noticeMs } = input;
      if (noticeMs === undefined) return object;
      parts.store.objects.announce(object.id, noticeMs);
      return { ...object, noticeMs };
    }
    const { roots, unprotected, exclude } = object.selection;
    const crosses = new Map(roots.map((root) => [root.pathBase64, root.crossFileSystems]));
    const crossesAll = roots.every(({ crossFileSystems }) => crossFileSystems);
    const kept = (input.files ? named : roots).map(({ pathBase64 }) => ({
      pathBase64,
      crossFileSystems: input.crossFileSystems ?? crosses.get(pathBase64) ?? crossesAll,
    }));
    const selection = {
      roots: kept,
      unprotected: input.unprotect ? given.unprotected : unprotected,
      exclude: input.exclude ? given.exclude : exclude,
    };
    parts.store.objects.select(object.id, selection);
    return { ...object, selection };
  };
};

/** Refuses to put back what somebody else changed since the caller looked. Throws OBJECT_CHANGED. */
const demandUnchanged = ({ name, selection }: StoredObject, was: InputOf<'object.update'>['was']): void => {
  const { roots, unprotected, exclude } = selection;
  const files = was?.files?.map((path) => base64OfPath(bytesOfPath(path)));
  const pairs: readonly (readonly [readonly string[] | undefined, readonly string[]])[] = [
    [files, roots.map(({ pathBase64 }) => pathBase64)],
    [was?.unprotect, unprotected],
    [was?.exclude, exclude],
  ];
  if (pairs.every(([then, now]) => then === undefined || isSameList(then, now))) return;
  throw new ColdframeError('OBJECT_CHANGED', {
    message: `What ${name} protects was changed by somebody else meanwhile. Nothing was changed now.`,
    guidance: 'Look at what it protects now, and change that.',
    context: { object: name },
  });
};

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());

const demandChangeable = (
  object: StoredObject,
  input: InputOf<'object.update'>,
  given: Pick<Selection, 'unprotected'>,
): void => {
  const { object: _, noticeMs, was: __, ...others } = input;
  demandFrozen(object, noticeMs ?? null);
  if (object.kind === 'files') demandNotFree(given);
  else if (Object.values(others).some((each) => each !== undefined)) throw volumesStay(object.name);
};

/** Refuses volumes that are not there, and rules for files: which blocks of a volume are wanted, its protection map says. */
const demandVolumes = async (parts: ConsoleParts, names: readonly string[], selection: Selection): Promise<void> => {
  const { unprotected, exclude, sources = {} } = selection;
  const volumes = await parts.volumes();
  for (const name of names) if (sourceOf(selection, name) === null) volumes.show(name);
  if (unprotected.length + exclude.length > 0) {
    throw new ColdframeError('NOT_BUILT', {
      message: 'What lies in the files of a volume is not known yet: --unprotect and --exclude are for files.',
      guidance: 'Name blocks that are not wanted with: coldframe volume protect NAME --ranges FILE',
    });
  }
  const { exportVolume } = await import('../volumes/export-volumes.ts');
  for (const [name, uri] of Object.entries(sources)) await exportVolume(name, uri);
};

/** The names of volumes; exports of other servers are called by theirs. */
const volumesOf = (
  named: readonly string[],
): { readonly volumes: readonly string[]; readonly sources: Readonly<Record<string, string>> } => {
  const sources: Record<string, string> = Object.create(null);
  const volumes = named.map((each) => {
    if (!isNbdUri(each)) return each;
    const name = nameOf(parseNbdUri(each));
    sources[name] = each;
    return name;
  });
  const twice = volumes.find((name, at) => volumes.indexOf(name) !== at);
  if (twice !== undefined) throw sameVolume(twice);
  return { volumes, sources: { ...sources } };
};

const sameVolume = (volume: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `Two of these volumes would be called ${volume} in this object: an export has the name that its server gives it.`,
    guidance: 'Put one of them into an object of its own.',
    context: { volume },
  });

/** Files have no free blocks: the rule would do nothing, and whoever gives it expects something. */
const demandNotFree = ({ unprotected }: Pick<Selection, 'unprotected'>): void => {
  if (!unprotected.includes('free')) return;
  throw new ColdframeError('USAGE', {
    message: '--unprotect free is about the blocks of volumes, and leaves nothing out of files.',
    guidance: 'Leave it away: of files, what is free on their disk is never backed up.',
  });
};

const volumesStay = (object: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `${object} is made of volumes: of it only the notice before its backups can be changed.`,
    guidance: 'Which blocks are wanted is said with `coldframe volume protect`. For other volumes add another object.',
    context: { object },
  });

/** Exclusions that match nothing now, a slip of the hand perhaps; none when that cannot be told soon. */
const unmatchedIn = async (
  { useCases, store, home }: ConsoleParts,
  selection: Selection,
): Promise<readonly string[]> => {
  const own = [home, ...store.vaults.list().map(({ dir }) => dir)].map(byteStringFromText);
  return (await useCases.unmatchedExclusions(selection, own)) ?? [];
};

const kindOf = ({ files = [], volumes = [] }: InputOf<'object.add'>) => {
  if (files.length > 0 === volumes.length > 0) {
    throw new ColdframeError('USAGE', {
      message: 'A logical object is made of files or of volumes: exactly one of the two has to be named.',
      guidance: 'Give either --files PATH... or --volume NAME...',
    });
  }
  return { kind: volumes.length > 0 ? ('volumes' as const) : ('files' as const), named: [...new Set(volumes)] };
};

/** Throws USAGE for an exclusion that cannot be used: better now than at the next backup. */
const usable = async (exclude: readonly string[] = []): Promise<string[]> => {
  if (exclude.length === 0) return [];
  const { compileGlob } = await import('../../engine/selection/glob.ts');
  for (const pattern of exclude) compileGlob(pattern);
  return [...new Set(exclude)];
};

type Wanted = Omit<InputOf<'object.update'>, 'object'>;

const rulesOf = async ({ unprotect, exclude }: Wanted): Promise<Omit<Selection, 'roots'>> => ({
  unprotected: [...new Set(unprotect)],
  exclude: await usable(exclude),
});

/** The roots as they are kept: they are there, and no link leads to them. `known`: those that an object has already, whose disk may be away. */
const rootsOf = async (
  { store }: ConsoleParts,
  { files = [], crossFileSystems = false }: Wanted,
  known: Selection['roots'] = [],
): Promise<Selection['roots']> => {
  if (files.length === 0) return [];
  const { resolveRoot } = await import('../../engine/selection/roots.ts');
  const { sourceFiles } = await import('../../platform/source-files.ts');
  const paths = files.map((path) => {
    const named = bytesOfPath(path);
    const asKept = base64OfPath(named);
    if (known.some(({ pathBase64 }) => pathBase64 === asKept)) return asKept;
    demandRoot(named, store.vaults.list());
    return base64OfPath(resolveRoot(named, sourceFiles()).path);
  });
  return [...new Set(paths)].map((pathBase64) => ({ pathBase64, crossFileSystems }));
};

/** The id under which the vault already has sets of this name: an object that is added again goes on with them. */
const knownId = async (parts: ConsoleParts, vaultId: string, name: string): Promise<string | undefined> => {
  const vault = parts.store.vaults.byId(vaultId);
  if (!vault) return undefined;
  const sets = await withCatalog(parts, vault, [], (catalog) => catalog.sets(name));
  return sets[0]?.object.id;
};
