import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type ByteString, baseOf, parentOf } from '../../../shared/byte-string.ts';
import { damageApart, tapesNotHere } from '../../../shared/model/damage-apart.ts';
import type { PlacedTape } from '../../../shared/model/tape-place.ts';
import { type DamagedChunk, DamagedChunks, sets as setsOf } from '../../engine/catalog/index.ts';
import {
  executePlan,
  planInThread,
  type RestorePlan,
  refuseConflicts,
  shownMapping,
} from '../../engine/restore/index.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { bootId } from '../../platform/process-identity.ts';
import { damagedFronts } from '../damaged-fronts.ts';
import { homeLayout } from '../home/directory.ts';
import { countErrors } from '../library/count-errors.ts';
import { noteDriveFailures } from '../library/drive-failed.ts';
import { placedTape } from '../library/placed-tape.ts';
import { bytesOfPath, pathView } from '../paths.ts';
import { lyingAs, tapesAtHand, tapesToRead } from '../tapes-at-hand.ts';
import type { JobControl, LackingTape, RestoreRequest, RestoreRest, RestoreResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandAgreed, overwrittenBy } from './demand-agreed.ts';
import { JobSwitch } from './job-switch.ts';
import { knownDamageOf } from './known-damage.ts';
import { libraryDrives } from './library-drives.ts';
import { placeNow, refuseOtherPlace } from './place-now.ts';
import { RestoreFolder } from './restore-folder.ts';
import { appearedMeanwhile, KeptRest, lackingTapes, type RestoredPart } from './restore-rest.ts';
import { againOnceBack, plannedResult, type RestoreAgain, restoredResult, type Shelf } from './restore-result.ts';
import { type DeviceWish, deviceWish, lookAtDevice, ontoDevice, refuseDevice } from './run-device.ts';
import { shownAsLanes } from './shown-as-lanes.ts';
import { wholeAway } from './whole-away.ts';

const MOST_WRITERS = 4;
/** Rows of the re-mapping table that are shown. */
const MOST_ROWS = 1000;

/** What a restore is to do, in the engine's terms. */
interface Wanted {
  readonly set: string;
  readonly roots: readonly ByteString[];
  readonly destination: RestorePlan['destination'];
  readonly keptOut: readonly ByteString[];
}

const wantedBy = (request: RestoreRequest): Wanted =>
  request.image === undefined ? placeWanted(request) : imageWanted(request, bytesOfPath(request.image));

/** One volume, into an image file of any name. */
const imageWanted = ({ set, paths, onConflict }: RestoreRequest, image: ByteString): Wanted => ({
  set,
  // Who names an image says where it goes, to the letter.
  keptOut: [],
  roots: paths.map(bytesOfPath),
  destination: { root: parentOf(image), relativeTo: '/' as ByteString, as: baseOf(image), policy: onConflict },
});

/** What makes two restores the same: one that was interrupted may be finished under another policy. */
const sameness = ({ vault }: OpenVault, { set, roots, destination }: Wanted): unknown => [
  vault.id,
  { set, roots, place: { ...destination, policy: null } },
];

const placeWanted = (request: RestoreRequest): Wanted => ({
  set: request.set,
  keptOut: (request.keptOut ?? []).map((path) => bytesOfPath({ path })),
  roots: request.paths.map(bytesOfPath),
  destination: {
    root: request.to === null ? ('/' as ByteString) : bytesOfPath(request.to),
    relativeTo: request.relativeTo === null ? ('/' as ByteString) : bytesOfPath(request.relativeTo),
    policy: request.onConflict,
  },
});

/** Says what a restore would do; changes nothing. */
export const planRestore = async (
  vault: OpenVault,
  request: RestoreRequest,
  job: JobControl,
): Promise<RestoreResult> => {
  const started = performance.now();
  const wanted = wantedBy(request);
  using folder = RestoreFolder.open(homeLayout(vault.home).jobs, sameness(vault, wanted));
  using control = new JobSwitch(job);
  const plan = await makePlan(vault, wanted, folder, control, job);
  const device = deviceWish(vault, request);
  const onDevice = device === null ? {} : { loses: lookAtDevice(device), mounts: [] };
  const { overwrites, replaces, folder: into } = overwrittenBy(request, plan, null);
  const knownDamage = await knownDamageOf(vault, wanted.set, wanted.roots, control);
  const drives = vault.vault.library.state.drives.map(({ number }) => number);
  const planned = plannedResult(plan, wanted.roots, drives, performance.now() - started, shelfOf(vault));
  return withFindings(vault, {
    ...planned,
    warnings: [...planned.warnings, ...wholeAway(vault, knownDamage, againOnceBack(plan, 'restore'))],
    knownDamage,
    reMapping: reMappingOf(plan),
    ...onDevice,
    ...(overwrites === null ? {} : { overwrites }),
    replaces,
    folder: into,
  });
};

/**
 * Restores. Damage and missing tapes cost the elements on them, which the result names; everything else is restored.
 * Rejects with DESTINATION_TAKEN (before anything is written), DESTINATION_FULL, CANCELLED, NO_SUCH_SET, NO_SUCH_PATH,
 * USAGE, IO; the same restore, run again, keeps what was finished, unless `goesOn` is false: then nothing is left to go on with. `again`: what people are to do again when
 * a tape that was away is back.
 */
export const runRestore = async (
  vault: OpenVault,
  request: RestoreRequest,
  job: JobControl,
  { goesOn = true, again = 'restore' }: { readonly goesOn?: boolean; readonly again?: RestoreAgain } = {},
): Promise<RestoreResult> => {
  const wanted = wantedBy(request);
  using folder = RestoreFolder.open(homeLayout(vault.home).jobs, sameness(vault, wanted));
  try {
    return (await restoreWith(folder, vault, request, wanted, job, { again })).result;
  } catch (thrown) {
    if (!goesOn) folder.forget();
    throw thrown;
  }
};

/**
 * Restores what can be restored now. Where tapes are away, what they hold can be restored as a further part once they are back: `rest` is what the
 * part before gave, and is used up. Rejects as `runRestore` does; the rest is then ended, and the same restore, run again, goes on.
 */
export const restorePart = async (
  vault: OpenVault,
  request: RestoreRequest,
  job: JobControl,
  rest: RestoreRest | null,
): Promise<{ readonly result: RestoreResult; readonly rest: RestoreRest | null }> => {
  const wanted = wantedBy(request);
  const folder =
    rest instanceof KeptRest ? rest.folder : RestoreFolder.open(homeLayout(vault.home).jobs, sameness(vault, wanted));
  try {
    const { destination, roots } = wanted;
    if (rest instanceof KeptRest) refuseOtherPlace(rest.place, placeNow(destination, roots));
    const options = { again: 'restore', after: rest instanceof KeptRest ? rest.part : null, keep: true } as const;
    const { result: done, lacking, part } = await restoreWith(folder, vault, request, wanted, job, options);
    const met = rest !== null && destination.policy === 'fail' ? appearedMeanwhile(done) : [];
    const result = { ...done, warnings: [...done.warnings, ...met] };
    if (lacking.length > 0 && part !== null)
      return { result, rest: new KeptRest(folder, lacking, part, placeNow(destination, roots)) };
    folder.forget();
    folder[Symbol.dispose]();
    return { result, rest: null };
  } catch (thrown) {
    folder[Symbol.dispose]();
    throw thrown;
  }
};

interface PartOptions {
  readonly again: RestoreAgain;
  /** Restores only what this part lacked. */
  readonly after?: RestoredPart | null;
  /** Keeps the plan of a restore for which tapes are away. */
  readonly keep?: boolean;
}

const restoreWith = async (
  folder: RestoreFolder,
  vault: OpenVault,
  request: RestoreRequest,
  wanted: Wanted,
  job: JobControl,
  { again, after = null, keep = false }: PartOptions,
): Promise<{
  readonly result: RestoreResult;
  readonly lacking: readonly LackingTape[];
  readonly part: RestoredPart | null;
}> => {
  const started = performance.now();
  using control = new JobSwitch(job);
  const present = keep ? tapesInPlace(vault) : tapesToRead(vault.vault);
  const planned = await makePlan(vault, wanted, folder, control, job, { after, present });
  const device = deviceWish(vault, request);
  if (device !== null)
    return {
      result: await runOnDevice(vault, request, device, planned, wanted, control, job, started),
      lacking: [],
      part: null,
    };
  refuseConflicts(planned);
  // A further part goes on with what the first one began.
  if (after === null) demandAgreed(request, overwrittenBy(request, planned, null), planned);
  const plan: RestorePlan = after === null ? { ...planned, file: folder.adopt(planned.id) } : planned;
  failpoint('restore:after-plan');
  let last = {
    phase: 'restoring',
    elementsDone: 0,
    elementsTotal: plan.elements,
    bytesRead: 0,
    bytesStored: 0,
    bytesTotal: plan.bytes,
  };
  const outcome = await executePlan(plan, {
    keys: { vault: vault.vault.id, vaultKey: vault.keys?.exportKey() ?? null },
    drives: libraryDrives(vault),
    ...shownAsLanes(vault, job),
    control: control.control,
    signal: job.signal,
    writers: Math.max(1, Math.min(MOST_WRITERS, availableParallelism())),
    onProgress: ({ phase, elements, bytes }) => {
      last = { ...last, phase, elementsDone: elements, bytesRead: bytes };
      job.report(last);
    },
  });
  // Folders that were made for what is in them come to their own only at the end, and what is damaged never came.
  job.report({ ...last, elementsDone: outcome.restored });
  const found = [...(after?.found ?? []), ...outcome.wrong];
  const known = DamagedChunks.of(vault.catalogFile);
  const unheard = known.unheard(found) - known.unheard(after?.found ?? []);
  const unnoted = [
    ...DamagedChunks.note(vault.catalogFile, outcome.wrong, []),
    ...countErrors(vault, outcome.wrong),
    ...noteDriveFailures(vault, outcome.driveFailures),
  ];
  // What a test tells of is what did not come back, and no place.
  if (again === 'restore') job.onDone(() => DamagedChunks.tell(vault.catalogFile, outcome.wrong));
  const lacking = lackingTapes(vault.vault.library.state, plan);
  const part = { id: plan.id, number: (after?.number ?? 0) + 1, file: plan.file, found };
  if (!keep || lacking.length === 0) folder.forget();
  const result = restoredResult(plan, wanted.roots, outcome, performance.now() - started, shelfOf(vault, again));
  const newlyDamaged = isOnRecord(result, outcome.wrong) ? unheard : null;
  const { damaged } = damageApart(result.damaged, tapesNotHere(result));
  const elsewhere = wholeAway(vault, damaged, againOnceBack(plan, again));
  const warnings = [...result.warnings, ...elsewhere, ...unnoted];
  return { result: withFindings(vault, { ...result, newlyDamaged, warnings }), lacking, part };
};

const runOnDevice = async (
  vault: OpenVault,
  request: RestoreRequest,
  device: DeviceWish,
  plan: RestorePlan,
  { roots }: Wanted,
  control: JobSwitch,
  job: JobControl,
  started: number,
): Promise<RestoreResult> => {
  const loses = lookAtDevice(device);
  refuseDevice(plan, loses);
  demandAgreed(request, overwrittenBy(request, plan, loses), plan);
  const { wrong = [], ...done } =
    plan.elements === 0 ? { restored: 0, bytes: 0 } : await ontoDevice(device, plan, control, job);
  const newlyDamaged = DamagedChunks.of(vault.catalogFile).unheard(wrong);
  const unnoted = [...DamagedChunks.note(vault.catalogFile, wrong, []), ...countErrors(vault, wrong)];
  job.onDone(() => DamagedChunks.tell(vault.catalogFile, wrong));
  const planned = plannedResult(plan, roots, [], performance.now() - started, shelfOf(vault));
  const warnings = [...planned.warnings, ...('warnings' in done ? done.warnings : []), ...unnoted];
  return withFindings(vault, { ...planned, ...done, newlyDamaged, warnings, mounts: [], dryRun: false, loses });
};

/** Whether all of what is damaged, and not only away, is in places that were put on record. */
const isOnRecord = (result: RestoreResult, wrong: readonly DamagedChunk[]): boolean =>
  damageApart(result.damaged, tapesNotHere(result)).damaged.every(({ tape, set, chunk }) =>
    wrong.some((each) => each.tape === tape && each.set === set && each.sequence === chunk),
  );

const copiedBarcode = (state: LibraryState, volume: string): string | null => {
  const tape = state.tapes.find((each) => each.volume === volume);
  const original = tape === undefined ? null : originalOf(state, tape);
  return state.tapes.find((each) => each.volume === original)?.barcode ?? null;
};

/** Copies of a tape that are not at hand, and the one that it is a copy of. */
const copiesAway = (vault: OpenVault['vault'], volume: string): PlacedTape[] => {
  const { state } = vault.library;
  const here = new Set(tapesAtHand(vault));
  const own = state.tapes.find((each) => each.volume === volume);
  const original = own === undefined ? null : originalOf(state, own);
  return state.tapes
    .filter((each) => each.volume !== volume && !here.has(each.volume))
    .filter((each) => each.volume === original || originalOf(state, each) === volume)
    .map((each) => placedTape(vault.dir, state, each.volume));
};

const shelfOf = ({ vault, catalog }: OpenVault, again: RestoreAgain = 'restore'): Shelf => ({
  again,
  dir: vault.dir,
  placed: (tape) => placedTape(vault.dir, vault.library.state, tape),
  copyOf: (volume) => copiedBarcode(vault.library.state, volume),
  sameAs: (volume) => copiesAway(vault, volume),
  lyingAs: (volume) => lyingAs(vault, volume),
  awayOf: (ids) => {
    const here = new Set(tapesAtHand(vault));
    const written = setsOf(catalog).filter(({ id }) => ids.includes(id));
    return [...new Set(written.flatMap(({ tapes }) => tapes))].filter((tape) => !here.has(tape)).sort();
  },
});

const reMappingOf = (plan: RestorePlan): RestoreResult['reMapping'] => {
  const { rows, more } = shownMapping(plan, MOST_ROWS);
  return { rows: rows.map(({ path, ...run }) => ({ ...pathView(path), ...run })), more };
};

const withFindings = (vault: OpenVault, result: RestoreResult): RestoreResult => {
  const { findings } = vault;
  const wanted = result.tapes.map(({ tape }) => tape);
  const told = new Set(findings.map(({ path }) => path));
  const fronts = damagedFronts(vault.vault, wanted)
    .filter(({ barcode }) => !told.has(barcode))
    .map(({ barcode, reason }) => ({ code: 'TAPE_DAMAGED', path: barcode, message: reason }));
  return { ...result, warnings: [...findings, ...vault.behind(), ...fronts, ...result.warnings] };
};

/** Tapes at hand without those in whose place another one was found: who can wait for a tape does not take that one for it. */
const tapesInPlace = ({ vault }: OpenVault): string[] => {
  const missing = new Set<string>(
    vault.library.state.tapes.filter(({ state }) => state === 'missing').map(({ volume }) => volume),
  );
  return tapesAtHand(vault).filter((tape) => !missing.has(tape));
};

const makePlan = async (
  vault: OpenVault,
  { set, roots, destination, keptOut }: Wanted,
  folder: RestoreFolder,
  { control }: JobSwitch,
  job: JobControl,
  { after = null, present = tapesToRead(vault.vault) }: { after?: RestoredPart | null; present?: string[] } = {},
): Promise<RestorePlan> => {
  job.report({
    phase: 'planning',
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: 0,
    bytesStored: 0,
    bytesTotal: null,
  });
  const id = after?.id ?? randomBytes(8).toString('hex');
  const order = {
    id,
    file: folder.planFile(after === null ? id : `${id}-${after.number}`),
    prior: after?.file ?? folder.prior,
    lackingOnly: after !== null,
    bootId: bootId(),
    destination,
    keptOut,
    present,
  };
  return await planInThread({ catalog: vault.catalogFile, set, roots, order, control });
};
