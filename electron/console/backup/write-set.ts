import fs from 'node:fs';
import { asColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import { bytes, millis } from '../../../shared/units.ts';
import type { NewSet } from '../../engine/catalog/writer.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import type { JobControl } from '../use-cases.ts';
import type { BackupSession } from './backup-session.ts';
import { setHeader } from './set-header.ts';

/** What a flow has copied: the counts of the set, and spools of what is to be written behind its content. */
export interface Copied {
  readonly elements: number;
  readonly logicalBytes: number;
  readonly bytesRead: number;
  readonly segments: number;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly Warning[];
  readonly removed: readonly SpoolFile[];
  readonly elementSpools: readonly SpoolFile[];
  /** Whether what elements have in other sets is in its parent at the same places, and is written as taken over from there. */
  readonly inherits: boolean;
  /** What was found out about the source on the way. */
  readonly source?: Readonly<Record<string, string>>;
}

/** One set on its way to tape: a backup copies its source, a merge what other sets hold. */
export interface SetFlow {
  readonly tapes: readonly ChunkPlace['tape'][];
  readonly drivesUsed: number;
  readonly bytesStored: number;
  /** Drives and tapes that failed meanwhile, and what went wrong after the set was whole on tape. */
  readonly lateWarnings: readonly Warning[];
  /** When it resolves, all content is durable on tape. */
  copy(): Promise<Copied>;
  /** When it resolves, the set is whole on tape; gives the spools that the catalog takes. */
  writeMetadata(header: string, copied: Copied): Promise<SpoolFile[]>;
  /** Ends every thread and lets go of the drives. Safe to call again. */
  stop(): Promise<void>;
  keepForResume(): Promise<void>;
}

export interface SetToWrite {
  readonly set: NewSet;
  readonly selection: Selection;
  readonly source: Readonly<Record<string, string>>;
  /** When the job began, milliseconds since 1970 UTC. */
  readonly started: number;
  /** Of the job, for spools: goes when the set is written or given up. */
  readonly folder: string;
}

/**
 * Writes a set: content, metadata, catalog row, each durable before the next. Resolves only when the set can be restored.
 * Rejects with the first error after everything it started has stopped; what is on tape by then stays known.
 */
export const writeSet = async (
  session: BackupSession,
  { set, selection, source, started, folder }: SetToWrite,
  job: JobControl,
  open: () => SetFlow,
): Promise<{ readonly set: BlockSetSummary }> => {
  let flow: SetFlow | null = null;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    flow = open();
    session.demandHeld();
    await session.writer.begin(set);
    job.writes(set.id);
    return { set: await carryThrough(session, { set, selection, source, started, folder }, flow) };
  } catch (thrown) {
    await flow?.stop();
    // A set that could not even begin is not there to be marked.
    await flow?.keepForResume().catch(() => undefined);
    throw thrown;
  } finally {
    await flow?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
};

const carryThrough = async (
  session: BackupSession,
  { set, selection, source: known, started }: SetToWrite,
  flow: SetFlow,
): Promise<BlockSetSummary> => {
  const copied = await flow.copy();
  const source = { ...known, ...copied.source };
  const summary = (): BlockSetSummary => ({
    ...set,
    state: 'complete',
    finishedAt: millis(Date.now()),
    elements: copied.elements,
    logicalBytes: bytes(copied.logicalBytes),
    bytesRead: bytes(copied.bytesRead),
    bytesStored: bytes(flow.bytesStored),
    segments: copied.segments,
    tapes: flow.tapes,
    drives: flow.drivesUsed,
    durationMs: millis(Date.now() - started),
    warnings: [...copied.warnings, ...flow.lateWarnings],
  });
  const header = setHeader(summary(), selection, copied.leftOut, source, copied.inherits);
  const spools = await flow.writeMetadata(header, copied);
  const finished = summary();
  session.demandHeld();
  await session.writer.commit({ summary: finished, leftOut: copied.leftOut, selection, source, spools });
  return { ...finished, warnings: [...finished.warnings, ...(await refreshCopy(session))] };
};

/** The set is complete whatever becomes of the copy of the catalog: what the copy lacks is on the tapes. */
const refreshCopy = async (session: BackupSession): Promise<Warning[]> => {
  try {
    await session.refreshCatalogCopy();
    return [];
  } catch (thrown) {
    const { message } = asColdframeError(thrown);
    const stale = `the vault's copy of the catalog is not up to date; the next job tries again: ${message}`;
    return [{ code: 'CATALOG_COPY_STALE', path: '', message: stale }];
  }
};
