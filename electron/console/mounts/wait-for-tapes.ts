import { setTimeout as sleep } from 'node:timers/promises';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { vaultAt, withCatalog } from '../handlers/lookups.ts';
import type { CallContext, ConsoleParts } from '../handlers/parts.ts';
import type { CatalogReader, JobControl, LackingTape } from '../use-cases.ts';
import { LOOK_MS } from './look-interval.ts';
import type { Waiting } from './mount-board.ts';

/** And at how many of these looks the catalog is asked whether they are still what it takes. */
const LOOKS_A_QUESTION = 5;

/**
 * Waits until one of the tapes, or one that would do as well, is back in the vault: puts up a request, says so to who called and by notices.
 * Also ends when they are not what it takes any more. False when it is cancelled meanwhile.
 */
export const waitForTapes = async (
  parts: ConsoleParts,
  { emit }: Pick<CallContext, 'emit'>,
  waiting: Waiting,
  lacking: readonly LackingTape[],
  { signal }: Pick<JobControl, 'signal'>,
  /** What it takes, as the catalog says; once that is another answer the job goes on, and finds out what became of it. */
  wanted: () => Promise<string> = async () => '',
): Promise<boolean> => {
  const { useCases, mounts, alerts } = parts;
  const known = await useCases.listTapes(waiting.vault);
  // Without a catalog that can be read it waits for the tapes themselves.
  const instead = await insteadOf(parts, waiting, lacking, known).catch(
    (): Awaited<ReturnType<typeof insteadOf>> => new Map(),
  );
  const watch = await useCases.watchForTapes(
    waiting.vault,
    lacking.map(({ tape }) => tape),
    [...instead.values()].flatMap(({ some }) => some),
  );
  const since = new Date().toISOString();
  const request = (): MountRequest => ({
    ...waiting,
    since,
    tapes: lacking.map((each) => wantedTape(each, known, instead.get(each.tape)?.all ?? [], watch.noteOf(each.tape))),
  });
  try {
    mounts.put(request());
    failpoint('restore:waiting');
    emit({ event: 'mount', request: request() });
    const barcodes = lacking.map(({ barcode }) => barcode).join(', ');
    alerts.happened({
      events: ['mount-wanted'],
      text: `${WAITERS[waiting.kind] ?? 'The restore'} of ${waiting.object ?? waiting.vault} waits for ${lacking.length === 1 ? 'the tape' : 'tapes'} ${barcodes}, not in the vault ${waiting.vault} now.`,
      key: `mount ${waiting.job} ${barcodes}`,
      at: Date.now(),
      object: waiting.object,
      vault: waiting.vault,
      job: waiting.job,
    });
    // Who waits for a person serves for long, whatever it was started for.
    alerts.start();
    const first = await wanted().catch(() => '');
    let told = notesOf(request());
    for (let looks = 1; ; looks += 1) {
      // Before the first look too: a plan that lacks what seems to be there would be made again without a pause.
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return false;
      if (await watch.look()) return true;
      if (looks % LOOKS_A_QUESTION === 0 && (await asked(wanted, first)) !== first) return true;
      const now = request();
      mounts.put(now);
      // Who waits at a command line hears what is wrong with what was put there, as Media shows it.
      if (notesOf(now) !== told) emit({ event: 'mount', request: now });
      told = notesOf(now);
    }
  } finally {
    mounts.withdraw(waiting.job);
  }
};

const notesOf = ({ tapes }: MountRequest): string => tapes.map(({ note }) => note).join('\n');

/** A catalog that cannot be asked just now says nothing new. */
const asked = async (wanted: () => Promise<string>, first: string): Promise<string> =>
  await wanted().catch(() => first);

const WAITERS: Partial<Readonly<Record<Waiting['kind'], string>>> = { verify: 'The verification', merge: 'The merge' };

/** Which other tapes that are away would do, by the catalog: copies are made of copies, and outlive what they are copies of. */
const insteadOf = async (
  parts: ConsoleParts,
  { job, vault }: Waiting,
  lacking: readonly LackingTape[],
  known: readonly TapeView[],
): Promise<ReadonlyMap<string, ReturnType<CatalogReader['holdersAway']>>> => {
  const away = known.filter((tape) => tape.away || tape.state === 'missing').map(({ id }) => id);
  const sets = parts.mounts.setsOf(job);
  return await withCatalog(
    parts,
    vaultAt(parts, vault),
    new Map(),
    (catalog) => new Map(lacking.map(({ tape }) => [tape, catalog.holdersAway(tape, away, sets)])),
  );
};

const wantedTape = (
  { tape, barcode, chunks, bytes }: LackingTape,
  known: readonly TapeView[],
  instead: readonly string[],
  note: string | null,
): MountRequest['tapes'][number] => {
  const found = known.find(({ id }) => id === tape);
  return {
    tape,
    barcode,
    slot: found?.slot ?? null,
    importExport: found?.importExport ?? null,
    pool: found?.pool ?? '',
    shelf: found?.shelf ?? null,
    instead: known.filter(({ id }) => instead.includes(id)).map((each) => each.barcode),
    chunks,
    bytes,
    note: note ?? '',
  };
};
