import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import type { LeftOut } from '../../../shared/model/selection.ts';
import { setId } from '../../../shared/units.ts';
import { SetTable } from '../../engine/blockset/records.ts';
import { decodeUnit, sealContext } from '../../engine/blockset/unit.ts';
import { DamagedChunks, KnownState, openCatalog, storedSoFar } from '../../engine/catalog/index.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { Spool } from '../../engine/mover/spool.ts';
import { rootsOf } from '../../engine/selection/roots.ts';
import { walk } from '../../engine/selection/walk.ts';
import { collectAll } from '../../platform/garbage.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { earlierMounts, mountsToRemember } from './mount-record.ts';
import { Scan, type ScanTargets } from './scan.ts';
import type { InterruptedSet, ScanAnswer, ScanCounts, ScanSetup } from './scan-protocol.ts';
import { scanVolumes } from './scan-volumes.ts';
import { StoredContent } from './stored-content.ts';
import { WorkSender } from './work-sender.ts';

const SAMPLE_MS = 100;

const plainIndexes = function* (
  file: string,
  { set, key }: InterruptedSet,
  damaged: DamagedChunks,
): Generator<Uint8Array> {
  const catalog = openCatalog(file, { readOnly: true });
  try {
    for (const { sequence, index } of storedSoFar(catalog, setId(set))) {
      if (damaged.has({ set, chunk: sequence })) continue;
      const seal = key === null ? null : { key, context: sealContext(Buffer.from(set, 'hex'), sequence) };
      yield decodeUnit(index, 0, seal).plain;
    }
  } finally {
    catalog.close();
  }
};

/** Files wait for their window to be sorted, which makes them old to the collector; it lets tens of megabytes of such gather. */
const BATCHES_BETWEEN_COLLECTIONS = 128;

const leftOutOf = ({ leftOutBytes: bytes }: ScanCounts): LeftOut[] =>
  bytes === 0 ? [] : [{ rule: 'unprotected', elements: 0, bytes }];

const run = (setup: ScanSetup, port: MessagePort): void => {
  const control = new RunControl(setup.control);
  const credit = new Int32Array(setup.credit);
  const answer = (message: ScanAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  let sent = 0;
  /** Sends a batch, once one of those before was worked off. */
  const send: ConstructorParameters<typeof WorkSender>[1] = (items, bytes, longFiles) => {
    while (Atomics.load(credit, 0) <= 0) {
      Atomics.wait(credit, 0, 0, 250);
      control.passageSync();
    }
    Atomics.sub(credit, 0, 1);
    answer({ kind: 'batch', items, bytes, longFiles }, [items.buffer]);
    sent += 1;
    if (sent % BATCHES_BETWEEN_COLLECTIONS === 0) collectAll();
  };
  const began = Date.now();
  const table = new SetTable(setup.set, setup.otherSets);
  const damaged = DamagedChunks.of(setup.catalog);
  const wanted = setup.known ?? setup.before;
  const catalog = wanted === null ? null : openCatalog(setup.catalog, { readOnly: true });
  // Each row is asked for once, those of a directory together: pages need not be kept.
  catalog?.db.exec('PRAGMA cache_size = -4096');
  const state = catalog && setup.known !== null ? new KnownState(catalog, setId(setup.known)) : null;
  const stored = setup.resume.length === 0 ? null : new StoredContent(join(setup.spools, 'stored.db'), table);
  for (const interrupted of setup.resume)
    stored?.add(interrupted.set, plainIndexes(setup.catalog, interrupted, damaged));
  const spool = (name: string): Spool => new Spool(join(setup.spools, name));
  const targets: ScanTargets | null = setup.countOnly
    ? null
    : {
        elements: spool('scanned'),
        removed: spool('removed'),
        links: spool('links'),
        sender: new WorkSender(table, send),
        table,
      };
  const { selection, knownSince } = setup;
  const roots = new Set(rootsOf(selection).map(({ path }) => path));
  const scan = new Scan({ state, stored, began, knownSince, damaged, roots }, targets, control);
  let sampled = began;
  const stopped = (): boolean => {
    const now = Date.now();
    if (now - sampled >= SAMPLE_MS) {
      sampled = now;
      answer({ kind: 'counts', counts: scan.sample() });
    }
    return control.cancelled;
  };
  const volumeCounts = setup.volumes && scanVolumes(setup.volumes, state, targets, control);
  const own = setup.ownFolders.map(byteStringFromText);
  const before = catalog && setup.before !== null ? new KnownState(catalog, setId(setup.before)) : null;
  const earlier = before && earlierMounts(before, state);
  const flush = !setup.countOnly;
  if (volumeCounts === null) walk({ selection, own, stopped, flush, ...(earlier && { earlier }) }, scan);
  const source =
    volumeCounts === null
      ? mountsToRemember(
          { mounts: scan.mounts, noMounts: scan.noMounts, missing: scan.missing, selection },
          before,
          state !== null,
        )
      : {};
  control.check();
  targets?.sender.flush();
  const closed = (target: Spool | undefined): { path: string; records: number } => {
    target?.close();
    return { path: target?.path ?? '', records: target?.records ?? 0 };
  };
  stored?.close();
  catalog?.close();
  answer({
    kind: 'done',
    counts: volumeCounts ?? scan.sample(),
    leftOut:
      volumeCounts === null
        ? [...scan.leftOutByRule].map(([rule, sum]) => ({ rule, ...sum }))
        : leftOutOf(volumeCounts),
    notEntered: scan.notEntered,
    warnings: scan.warnings,
    warningsDropped: scan.warningsDropped,
    elements: closed(targets?.elements),
    removed: closed(targets?.removed),
    links: closed(targets?.links),
    source,
  });
};

giveWay();
onWork<ScanSetup>(async (setup, port) => {
  try {
    run(setup, port);
    return 'clean';
  } catch (thrown) {
    port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies ScanAnswer);
    return 'spent';
  }
});
