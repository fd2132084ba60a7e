import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ByteString, byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import { type PlacedTape, placedNames } from '../../../shared/model/tape-place.ts';
import { setId } from '../../../shared/units.ts';
import {
  compareSampleInThread,
  drawSampleInThread,
  kindsNotSet,
  readRangesInThread,
  type TestFailure,
} from '../../engine/restore/index.ts';
import { randomId } from '../../platform/ids.ts';
import { homeLayout } from '../home/directory.ts';
import { placedTape } from '../library/placed-tape.ts';
import { bytesFreeAt } from '../overview/vault-space.ts';
import { base64OfPath, bytesOfPath, pathView } from '../paths.ts';
import type { JobControl, RestoreResult, RestoreTestRequest, RestoreTestResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { JobSwitch } from './job-switch.ts';
import { runRestore } from './run-restore.ts';
import { volumesIn } from './set-volumes.ts';

/** Of the disk that the home lies on a test takes no more than this share of what is free. */
const SHARE_OF_FREE = 0.5;

/**
 * Restores a random sample of a set into a folder of its own in the home, compares what came back, and removes it. What is damaged or away is a
 * failure of the test and not an error. Rejects with NO_SUCH_SET, SET_STATE, CANCELLED, IO, DESTINATION_FULL.
 */
export const runRestoreTest = async (
  vault: OpenVault,
  request: RestoreTestRequest,
  job: JobControl,
): Promise<RestoreTestResult> => {
  const started = performance.now();
  using control = new JobSwitch(job);
  const { jobs } = homeLayout(vault.home);
  const free = (await bytesFreeAt(jobs)) ?? request.bytes / SHARE_OF_FREE;
  const bytes = Math.min(request.bytes, Math.floor(free * SHARE_OF_FREE));
  const seed = Number.parseInt(randomId().slice(0, 8), 16);
  job.report({
    phase: 'planning',
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: 0,
    bytesStored: 0,
    bytesTotal: null,
  });
  const sample = await drawSampleInThread({
    catalog: vault.catalogFile,
    set: request.set,
    elements: request.elements,
    bytes,
    first: request.first.map(bytesOfPath),
    seed,
    control: control.control,
  });
  const whole =
    sample.paths.length === 0 ? NOTHING : await restoreAndCompare(vault, request, sample.paths, job, control);
  const pieces =
    sample.tooLong > 0 && request.kind === 'volumes' && vault.vault.library.state.settings.changer === undefined
      ? await readRangesInThread({
          volumes: volumesIn(vault.vault.dir, vault.vault.library.state, vault.keys, vault.home, request.set)
            .map(({ spec }) => spec)
            .filter(({ size }) => size > bytes),
          bytes: Math.max(0, bytes - sample.bytes),
          seed,
          control: control.control,
        })
      : NOTHING;
  const untried = sample.left.map((path) => ({ path, ...UNTRIED }));
  const failures = [...whole.failures, ...pieces.failures, ...untried];
  return {
    set: setId(request.set),
    elements: whole.right + pieces.right + failures.length - untried.length,
    bytes: whole.bytes + pieces.bytes,
    inPieces: pieces.right + pieces.failures.length,
    population: sample.population,
    tooLong: sample.tooLong,
    sourceSame: whole.sourceSame,
    sourceChanged: whole.sourceChanged,
    failures: failures.map(({ path, ...failure }) => ({ ...pathView(path), ...failure })),
    tapesAway: [...new Set([...whole.tapesAway, ...pieces.tapesAway])]
      .sort()
      .map((tape) => placedTape(vault.vault.dir, vault.vault.library.state, tape)),
    warnings: whole.warnings,
    durationMs: Math.round(performance.now() - started),
  };
};

/** What was found wrong is not taken for right because something else was. */
const UNTRIED = {
  code: 'NOT_TRIED_AGAIN',
  message: 'It failed the last time and could not be tried again: it is too long (give more with --bytes).',
} as const;

const NOTHING = {
  right: 0,
  bytes: 0,
  sourceSame: 0,
  sourceChanged: 0,
  failures: [] as readonly TestFailure[],
  /** Volume ids. */
  tapesAway: [] as readonly string[],
  warnings: [] as RestoreTestResult['warnings'],
};

const restoreAndCompare = async (
  vault: OpenVault,
  request: RestoreTestRequest,
  paths: readonly ByteString[],
  job: JobControl,
  { control }: JobSwitch,
): Promise<typeof NOTHING> => {
  // By this name a console that opens the home removes what a killed one left there.
  const scratch = join(homeLayout(vault.home).jobs, randomId());
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  try {
    const restored = await runRestore(
      vault,
      {
        set: request.set,
        paths: paths.map((path) => ({ pathBase64: base64OfPath(path) })),
        to: { path: scratch },
        relativeTo: null,
        onConflict: 'fail',
      },
      job,
      { goesOn: false, again: 'test' },
    );
    const compared = await compareSampleInThread({
      catalog: vault.catalogFile,
      set: request.set,
      paths,
      scratch: byteStringFromText(scratch),
      notSet: kindsNotSet(restored.warnings),
      source: request.kind === 'files',
      control,
    });
    const reasons = reasonsOf(restored);
    const tapesAway = tapesAwayOf(restored);
    const { state } = vault.vault.library;
    const unread = new Set(restored.tapes.filter((each) => each.unread).map(({ tape }) => tape));
    const failures = compared.failures.map((failure): TestFailure => {
      if (failure.code !== 'NOT_RESTORED') return failure;
      const path = displayText(failure.path);
      const away = tapesAway.get(path);
      if (away !== undefined)
        return {
          ...failure,
          code: 'TAPE_AWAY',
          message: (away.every((tape) => unread.has(tape)) ? unreadText : awayText)(
            away.map((tape) => placedTape(vault.vault.dir, state, tape)),
          ),
        };
      return { ...failure, message: reasons.get(path) ?? failure.message };
    });
    return {
      ...compared,
      failures,
      tapesAway: [...new Set([...tapesAway.values()].flat())],
      warnings: restored.warnings.filter(({ code }) => code !== 'ATTRIBUTE_NOT_SET'),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const awayText = (tapes: readonly PlacedTape[]): string =>
  tapes.length === 1
    ? `Tape ${placedNames(tapes)} is not here: put it back and test again.`
    : `Tapes ${placedNames(tapes)} are not here: put them back and test again.`;

const unreadText = (tapes: readonly PlacedTape[]): string =>
  `Drives failed with ${tapes.length === 1 ? 'tape' : 'tapes'} ${placedNames(tapes)}: see that one works and test again.`;

/** Of elements of which nothing is damaged: the tapes that they lie on and that are not in the vault, or that no drive could read. */
const tapesAwayOf = ({ damaged, tapes }: RestoreResult): ReadonlyMap<string, readonly string[]> => {
  const away = new Set(tapes.filter(({ present, unread }) => !present || unread).map(({ tape }) => tape));
  const hurt = new Set(damaged.filter(({ tape }) => !away.has(tape)).flatMap(({ elements }) => elements));
  const found = new Map<string, string[]>();
  for (const { tape, elements } of damaged) {
    if (!away.has(tape)) continue;
    for (const path of elements) {
      const known = found.get(path) ?? [];
      if (!hurt.has(path) && !known.includes(tape)) found.set(path, [...known, tape]);
    }
  }
  return found;
};

/** Why elements did not come back, by their paths, as far as the restore said. */
const reasonsOf = ({ damaged, warnings }: RestoreResult): ReadonlyMap<string, string> =>
  new Map([
    ...warnings.map(({ path, message }) => [path, message] as const),
    ...damaged.flatMap(({ tape, chunk, elements }) => {
      const where =
        tape === ''
          ? `No tape is known that holds chunk ${chunk}.`
          : `Chunk ${chunk} on tape ${tape} is damaged or missing.`;
      return elements.map((path) => [path, where] as const);
    }),
  ]);
