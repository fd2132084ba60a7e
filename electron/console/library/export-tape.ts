import { existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../shared/model/block-set.ts';
import type { SetId, TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { sequencesOf } from '../../engine/tape/relabel.ts';
import { isAboutTape, tapeMismatch } from '../../engine/tape/tape-errors.ts';
import { identifyTape } from '../../engine/tape/tape-shelf.ts';
import type { TapeReadThrough } from '../../engine/tape/tape-transfer-protocol.ts';
import { demandOwnTape } from '../../engine/tape/writable-tapes.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { publishFile } from '../../platform/publish-file.ts';
import { donorsOf } from '../backup/choose-level.ts';
import type { ExportRequest, ExportResult, JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandInDrive } from './label-in-drive.ts';
import { listedBut } from './listed-chunks.ts';
import { tapeView } from './tape-view.ts';
import { transferInThread } from './transfer-thread.ts';

/**
 * Makes one file of a tape, byte for byte: all that a reader needs is in it, and a sealed tape stays sealed. The file is read back, every
 * checksum, before it gets its name; until then it has a temporary one, and a kill leaves nothing under the name that was asked for. A tape of a changer is read in
 * a drive that is free, and nothing is written to it. Throws DESTINATION_TAKEN, TAPE_DAMAGED when the tape is not whole, TAPE_MISMATCH, TAPE_IN_USE,
 * NO_SUCH_TAPE, DISK_FULL, CANCELLED, IO, and as of a drive.
 */
export const exportTapeTo = async (
  vault: OpenVault,
  { tape: name, file }: ExportRequest,
  job: JobControl,
): Promise<ExportResult> => {
  const { library } = vault.vault;
  const record = library.tape(name);
  const isReal = library.state.settings.changer !== undefined;
  demandThere(vault, record, isReal);
  const target = targetOf(vault, file);
  removeLeftovers(target);
  const temporary = `${target}.${randomId()}.tmp`;
  const letGo = library.mountFree(record.volume);
  try {
    const found = await copyTo(vault, record, temporary, job);
    if (isReal) demandMeant(record, temporary);
    const lost = Math.max(0, record.chunks - found.places.length, notFound(vault, record.volume, found.places));
    if (found.damage.length > 0 || lost > 0)
      throw notWhole(record, found.damage[0] ?? `${lost} chunks are missing`, isReal);
    failpoint('export:before-publish');
    publish(temporary, target);
    return {
      tape: tapeView(library.state, library.tape(record.volume)),
      file: target,
      bytes: found.bytes,
      chunks: found.places.length,
      sha256: found.sha256,
      sealed: vault.vault.sealed,
      ...whatItHolds(vault, record.volume),
      warnings: found.ended ? [] : [noTail(record)],
    };
  } finally {
    letGo();
    rmSync(temporary, { force: true });
  }
};

/** Makes the file, and reads it back. */
const copyTo = async (vault: OpenVault, record: TapeRecord, to: string, job: JobControl): Promise<TapeReadThrough> => {
  const access = vault.vault.access(record.volume, vault.keys);
  const { vault: id, volume, vaultKey } = access;
  try {
    // Its barcode does not say that it is the tape, and reading it through takes hours.
    if (access.device) await demandInDrive(access, record, job);
    const request = { from: access, to, compare: false, access: { vault: id, volume, vaultKey } };
    const found = await transferInThread(request, record.usedBytes, job);
    if (found === null) throw new RangeError('a transfer compared, and was to copy');
    return found;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (access.device && error.kind === 'damaged' && isAboutTape(error)) throw notWhole(record, error.message, true);
    throw thrown;
  }
};

/** A person, or another program, may have changed tapes since its label was read: what is in the file says which it is of. */
const demandMeant = ({ barcode, ...record }: TapeRecord, file: string): void => {
  const { sequence } = identifyTape(file).tape;
  if (!sequencesOf(record).includes(sequence))
    throw tapeMismatch(barcode, `it is labelled as tape ${sequence} of the vault`);
};

/** How many chunks the catalog lists on a tape that are not there; those of sets that are known to lack something are not asked for. */
const notFound = ({ catalog: store }: OpenVault, volume: TapeId, found: readonly ChunkPlace[]): number => {
  const incomplete = new Set(
    catalog
      .sets(store)
      .filter(({ state }) => state === 'incomplete')
      .map(({ id }) => id),
  );
  return listedBut(store, volume, found).filter(({ set }) => !incomplete.has(set)).length;
};

const demandThere = (vault: OpenVault, record: TapeRecord, isReal: boolean): void => {
  // One that is to get a new label in its drive holds nothing that counts, and its label says otherwise.
  const isBare = isReal && record.chunks === 0 && catalog.chunkCountOn(vault.catalog, record.volume) === 0;
  if (record.state === 'blank' || isBare)
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `There is nothing to export: tape ${record.barcode} ${record.state === 'blank' ? 'is blank' : 'holds nothing that counts'}.`,
      guidance: 'See "tape list" for the tapes that hold something.',
      context: { tape: record.volume },
    });
  if (isReal) {
    vault.vault.library.demandInReach(record);
    return;
  }
  try {
    demandOwnTape(vault.dir, vault.vault.id, record);
  } catch (thrown) {
    if (thrown instanceof ColdframeError && thrown.code === 'TAPE_DAMAGED')
      throw notWhole(record, thrown.message, false);
    throw thrown;
  }
};

/** The file by its real folder's name; the vault and the home are no places for it. */
const targetOf = (vault: OpenVault, file: string): string => {
  const target = join(realFolder(dirname(file)), basename(file));
  const own = vault.ownFolders.map(realFolder).find((folder) => target.startsWith(folder + sep));
  if (own !== undefined)
    throw new ColdframeError('USAGE', {
      message: `${target} lies in ${own}, which belongs to Coldframe: a tape that is exported there would be taken for another one.`,
      guidance: 'Name a file in another folder.',
      context: { path: target },
    });
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw taken(target);
  return target;
};

const realFolder = (folder: string): string => {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw ioError('open', errnoOf(error) ?? 'EIO', folder, error);
  }
};

/** What an export to the same file left that was killed. */
const removeLeftovers = (target: string): void => {
  for (const name of readdirSync(dirname(target)))
    if (name.startsWith(`${basename(target)}.`) && /^[0-9a-f]{32}\.tmp$/.test(name.slice(basename(target).length + 1)))
      rmSync(join(dirname(target), name), { force: true });
};

const publish = (temporary: string, target: string): void => {
  try {
    publishFile(temporary, target);
  } catch (error) {
    if (isErrno(error, 'EEXIST') && existsSync(target)) throw taken(target);
    throw error;
  }
};

/** The sets on a tape, and which other tapes they and those that they are built on lie on. */
const whatItHolds = ({ catalog: store, vault }: OpenVault, volume: TapeId): Pick<ExportResult, 'sets' | 'needs'> => {
  const all = catalog.sets(store).toSorted((one, other) => one.createdAt - other.createdAt);
  const there = new Set([...catalog.chunksOn(store, volume)].map(({ set }) => set));
  const tapes = new Set<string>();
  for (const set of builtOn(store, all, there)) {
    const places = [...catalog.chunkPlaces(store, set)];
    const here = new Set(places.filter(({ tape }) => tape === volume).map(({ sequence }) => sequence));
    for (const { tape, sequence } of places) if (!here.has(sequence)) tapes.add(tape);
  }
  return {
    sets: all
      .filter(({ id }) => there.has(id))
      .map(({ id, object, level, createdAt }) => ({
        id,
        object: object.name,
        level,
        createdAt: new Date(createdAt).toISOString(),
      })),
    needs: vault.library.state.tapes.filter((tape) => tapes.has(tape.volume)).map(({ barcode }) => barcode),
  };
};

/** Sets with all that they are built on, and the interrupted ones that they went on from. `all`: oldest first. */
const builtOn = (store: catalog.Catalog, all: readonly BlockSetSummary[], some: ReadonlySet<SetId>): Set<SetId> => {
  const ofObject = Map.groupBy(all, ({ object }) => object.id);
  const wanted = new Set(some);
  for (const set of all.toReversed()) {
    if (!wanted.has(set.id)) continue;
    if (set.parent !== null) wanted.add(set.parent);
    if (set.state !== 'complete') continue;
    for (const donor of donorsOf(ofObject.get(set.object.id) ?? [], set, (id) => catalog.resumedBy(store, id)))
      wanted.add(donor);
  }
  return wanted;
};

const noTail = ({ barcode }: TapeRecord) => ({
  code: 'TAIL_MISSING',
  path: barcode,
  message:
    'the tape was not unmounted in order and has no tail; the file holds every chunk that was written to it, but does not say itself where it ends: it is imported with --partial',
});

const taken = (file: string): ColdframeError =>
  new ColdframeError('DESTINATION_TAKEN', {
    message: `${file} is there already, and an export overwrites nothing.`,
    guidance: 'Name another file, or move that one away.',
    context: { path: file },
  });

const notWhole = ({ barcode, volume }: TapeRecord, why: string, isReal: boolean): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `Tape ${barcode} is not whole, so no file was made of it: ${why}`,
    guidance: `${isReal ? 'A drive that wants cleaning reads worse: see "library show", and try again. Else copy' : 'Copy'} what is whole onto an empty tape with "tape copy", and export that one.`,
    context: { tape: volume },
  });
