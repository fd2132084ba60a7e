import { rmSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../shared/model/block-set.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { poolOfFound } from '../../engine/tape/library-inventory.ts';
import { stateOf } from '../../engine/tape/tape-record.ts';
import { glanceAtTape, isShelved, tapePath } from '../../engine/tape/tape-shelf.ts';
import type { TapeReadThrough } from '../../engine/tape/tape-transfer-protocol.ts';
import { fileTooLarge } from '../../engine/tape/wind-tape.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { publishFile } from '../../platform/publish-file.ts';
import { catalogFile } from '../catalog-place.ts';
import { readTapes, refreshCopy } from '../rebuild/index.ts';
import type { ImportRequest, ImportResult, JobControl, UseCases } from '../use-cases.ts';
import { type OpenVault, openVaultSession, withVaultAlone } from '../vault-session.ts';
import { differs, type ForeignTape, lookAtForeignTape, notWhole } from './foreign-tape.ts';
import { listedBut, placeKey } from './listed-chunks.ts';
import { tapeView } from './tape-view.ts';
import { transferInThread, windInThread } from './transfer-thread.ts';

interface Admitted {
  readonly result: ImportResult;
  /** Something lies on it that the catalog does not list, or lists as incomplete. */
  readonly news: boolean;
}

/**
 * Puts the file of a tape of this vault into its library and its catalog. Durable in this order: the file in its place, under a temporary
 * name until every checksum was read; the library; the catalog. A kill before the first leaves everything as it was, one after it the whole
 * tape: an inventory finds it, and the same command, run again, carries on. In a changer it goes onto the tape of its barcode, if that is blank. Throws TAPE_MISMATCH, TAPE_EXISTS, TAPE_DAMAGED,
 * CATALOG_BEHIND, PASSPHRASE_*, NO_SUCH_TAPE, DISK_FULL, CANCELLED, IO.
 */
export const importTape: UseCases['importTape'] = async (dir, access, home, request, job) => {
  const session = await openVaultSession(dir, access, home, job);
  let admitted: Admitted;
  try {
    const isReal = session.opened.vault.library.state.settings.changer !== undefined;
    admitted = await (isReal ? admitOntoTape : admit)(session.opened, request, job);
  } finally {
    await session.close();
  }
  const { result, news } = admitted;
  if (!news) return result;
  const warnings = await withVaultAlone(
    dir,
    access,
    async (vault, keys) => {
      const file = catalogFile(home, vault.id);
      const finished = (copy: (from: string, to: string) => Promise<void>) => refreshCopy(vault, file, copy);
      const read = await readTapes({ vault, keys, home, catalog: file, finished }, job);
      return read.warnings;
    },
    job,
  );
  return { ...result, warnings: [...result.warnings, ...warnings] };
};

const admit = async (vault: OpenVault, request: ImportRequest, job: JobControl): Promise<Admitted> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const foreign = lookAtForeignTape(vault, request.file);
  const there = isShelved(vault.dir, foreign.barcode);
  const place = tapePath(vault.dir, foreign.barcode);
  const to = there ? place : `${place}.${randomId()}.tmp`;
  const access = { vault: vault.vault.id, volume: foreign.volume, vaultKey: vault.keys?.exportKey() ?? null };
  try {
    const found = await transferInThread(
      { from: { path: request.file }, to, compare: there, access },
      foreign.bytes,
      job,
    );
    if (found === null) throw differs(vault, foreign);
    const missing = listedBut(vault.catalog, foreign.volume, found.places);
    const lacking = lackingOf(vault, foreign, found, missing)?.replaceAll(to, request.file) ?? null;
    if (lacking !== null && !there && !request.partial) throw notWhole(vault, foreign, lacking, bySet(vault, missing));
    vault.demandHeld();
    if (!there) {
      failpoint('import:before-publish');
      publishFile(to, place);
      failpoint('import:after-publish');
    }
    // That a tape which lies in its place already has no tail is no news: it was not unmounted in order.
    library.admit(foreign.barcode, there && lacking === NO_TAIL ? null : lacking, !there);
    failpoint('import:after-note');
    return concluded(vault, request, foreign, { found, missing, lacking, imported: !there });
  } finally {
    if (!there) rmSync(to, { force: true });
  }
};

/**
 * The same onto a tape of a changer: only a whole file, and only onto the tape of its barcode when that is blank, or holds a part of it since an import was
 * killed. Durable in this order: the library takes the tape for one that lacks something; all of the tape, read back, which has to be what was found when
 * the file was read through; the library; the catalog. Throws as `importTape`, and TAPE_FULL.
 */
const admitOntoTape = async (vault: OpenVault, request: ImportRequest, job: JobControl): Promise<Admitted> => {
  vault.demandCurrent();
  vault.demandHeld();
  if (request.partial)
    throw new ColdframeError('USAGE', {
      message: 'What there is of a tape is not written onto a tape of a changer.',
      guidance: 'Import the file of a whole tape, or read what there is of this one with rescue.mjs.',
    });
  const { file } = request;
  const { library } = vault.vault;
  const foreign = lookAtForeignTape(vault, file);
  const { volume, barcode, bytes } = foreign;
  const before = library.demandWindable(volume, barcode);
  const access = { vault: vault.vault.id, volume, vaultKey: vault.keys?.exportKey() ?? null };
  const { tapeBytes } = library.state.settings;
  // To read the file through takes hours; what lies on the tape, and what its drive takes, is only known behind that.
  const isEmpty = before.state === 'blank' || before.damagedBy === 'import';
  if (isEmpty && bytes > tapeBytes) throw fileTooLarge(file, barcode, bytes, tapeBytes);
  const found = await transferInThread({ from: { path: file }, to: null, compare: false, access }, bytes, job);
  if (found === null) throw new RangeError('a file was only read, and was found different');
  const missing = listedBut(vault.catalog, volume, found.places);
  const lacking = lackingOf(vault, foreign, found, missing);
  if (lacking !== null)
    throw notWhole(vault, foreign, lacking, bySet(vault, missing), 'onto a tape of a changer goes only a whole one');
  vault.demandHeld();
  const onFile = whatFileSays(file, found);
  const letGo = library.holdToWind(volume);
  try {
    const onto = vault.vault.access(volume, vault.keys);
    const wind = (writes: boolean) => windInThread({ file, is: found, onto, writes }, found.bytes, job);
    const there = await wind(false);
    if (there === 'different' || (there === 'begun' && before.damagedBy !== 'import'))
      throw differs(vault, foreign, 'in a drive');
    if (there !== 'same') {
      // The robot may have taken minutes.
      vault.demandCurrent();
      vault.demandHeld();
      const takeBack = library.beginWind(volume, onFile);
      if ((await wind(true)) === 'different') {
        takeBack();
        throw differs(vault, foreign, 'since it was looked at');
      }
    }
    vault.demandHeld();
    library.endWind(volume, onFile);
    failpoint('import:after-note');
    return concluded(vault, request, foreign, { found, missing, lacking, imported: there !== 'same' });
  } finally {
    letGo();
  }
};

const whatFileSays = (file: string, { bytes, places }: TapeReadThrough) => {
  const { header, tail } = glanceAtTape(file);
  return {
    state: stateOf(tail?.full ?? false, places.length),
    sequence: header.tape.sequence,
    labelledAt: Date.parse(header.tape.labelledAt),
    chunks: places.length,
    payloadBytes: tail?.payloadBytes ?? 0,
    usedBytes: bytes,
    envelopesGeneration: tail?.envelopesGeneration ?? 0,
    pool: poolOfFound({ header }),
  };
};

/** Why a file is not the whole tape; null when it is. */
const lackingOf = (
  { vault: { library } }: OpenVault,
  { volume }: ForeignTape,
  { places, damage, ended }: TapeReadThrough,
  missing: readonly ChunkPlace[],
): string | null => {
  const [first] = damage;
  if (first !== undefined) return first.replace(/\.$/, '');
  const chunks = library.state.tapes.find((tape) => tape.volume === volume)?.chunks ?? 0;
  if (missing.length > 0) return `${missing.length} chunks that the catalog lists are not on it`;
  if (places.length < chunks) return `${chunks} chunks were written to the tape, and ${places.length} are on it`;
  return ended ? null : NO_TAIL;
};

const NO_TAIL = 'it ends without a tail, so it may have been longer';

const concluded = (
  vault: OpenVault,
  { file }: ImportRequest,
  { volume }: ForeignTape,
  outcome: {
    readonly found: TapeReadThrough;
    readonly missing: readonly ChunkPlace[];
    readonly lacking: string | null;
    readonly imported: boolean;
  },
): Admitted => {
  const { found, missing, lacking, imported } = outcome;
  const { library } = vault.vault;
  const sound = new Set(found.places.map(placeKey));
  const listed = [...catalog.chunksOn(vault.catalog, volume)];
  const expired = catalog.expiredChunks(vault.catalog)(volume, library.tape(volume).sequence);
  const states = new Map(catalog.sets(vault.catalog).map(({ id, state }) => [id, state]));
  const unlisted = found.places.length + missing.length - listed.length - expired;
  const gone = new Set(catalog.expiredSets(vault.catalog).map(({ id }) => id));
  // An import that was killed while the tapes were read may have listed chunks of sets that it did not come to.
  const unsettled = found.places.some(({ set }) => {
    const state = states.get(set);
    return state === 'incomplete' || (state === undefined && !gone.has(set));
  });
  const damaged = ({ set, sequence, kind, block }: ChunkPlace) => ({ set, sequence, kind, block, tape: volume });
  const right = listed.filter((place) => sound.has(placeKey(place))).map(damaged);
  const unnoted = catalog.DamagedChunks.note(vault.catalogFile, missing.map(damaged), right);
  const partly = {
    code: 'TAPE_DAMAGED',
    path: library.tape(volume).barcode,
    message: imported ? `a part of the tape was taken in, and it takes nothing more: ${lacking}` : `${lacking}`,
  };
  const warnings = [...(lacking === null ? [] : [partly]), ...unnoted];
  return {
    news: unlisted > 0 || unsettled,
    result: {
      tape: tapeView(library.state, library.tape(volume)),
      file,
      imported,
      chunks: found.places.length,
      bytes: found.bytes,
      missing: bySet(vault, missing),
      warnings,
    },
  };
};

const bySet = ({ catalog: store }: OpenVault, chunks: readonly ChunkPlace[]): ImportResult['missing'] => {
  const objects = new Map(catalog.sets(store).map(({ id, object }: BlockSetSummary) => [id, object.name]));
  return [...Map.groupBy(chunks, ({ set }) => set)].map(([set, lost]) => ({
    set,
    object: objects.get(set) ?? null,
    chunks: lost.length,
  }));
};
