import { displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import {
  type ElementAttributes,
  type ElementRecord,
  PART_BYTES,
  type StoredExtent,
} from '../../../shared/model/element.ts';
import { errnoOf, isErrno } from '../../platform/errno.ts';
import { writeElement, writeElementPart } from '../blockset/records.ts';
import type { Accumulator } from './accumulator.ts';
import type { ContentRun } from './content-run.ts';
import { type CopyCounters, copyRun, takeOverRun } from './copy-content.ts';
import { ExtentBuilder } from './extent-builder.ts';
import { PriorContent } from './prior-content.ts';
import type { RunControl } from './run-control.ts';
import type { OpenSource, SourceAccess } from './source-access.ts';
import type { WorkItem } from './work-batch.ts';

/** A changed element is mapped and copied again at most this often; then it is stored as it is, with a warning. */
export const RECOPIES = 3;

export type CopyOutcome =
  /** `changed`: it was no longer as its attributes say when its copy ended. */
  | { readonly kind: 'stored'; readonly record: ElementRecord; readonly changed: boolean }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface CopyContext {
  readonly accumulator: Accumulator;
  readonly set: string;
  readonly counters: CopyCounters;
  readonly control: RunControl;
}

/** Copies a file, or one part of a long one, once. */
const copyOnce = async (
  source: OpenSource,
  item: { attributes: ElementAttributes; part: number; runs: readonly ContentRun[]; prior: readonly StoredExtent[] },
  context: CopyContext,
): Promise<CopyOutcome & { kind: 'stored' }> => {
  const { accumulator, control, counters, set } = context;
  const extents = new ExtentBuilder();
  let indexed = 0;
  const index = (): void => {
    indexed = writeIndex(accumulator, item, extents, indexed);
  };
  accumulator.beforeHandOver = index;
  const target = { accumulator, set, extents, prior: new PriorContent(item.prior), counters, control };
  let whole = true;
  const { size } = item.attributes;
  for (const run of item.runs) {
    if (run.known) takeOverRun(size, run, target);
    else for (const data of source.data?.(run) ?? [run]) whole = (await copyRun(source, size, data, target)) && whole;
  }
  source.copied(item.part * PART_BYTES, Math.min(size, (item.part + 1) * PART_BYTES));
  index();
  const changed = !whole || !source.unchanged(item.attributes);
  return { kind: 'stored', record: { attributes: item.attributes, extents: extents.extents() }, changed };
};

/** Lists the extents from number `from` on that lie in the open chunk in its index; returns how many are listed now. */
const writeIndex = (
  accumulator: Accumulator,
  item: { attributes: ElementAttributes; part: number },
  extents: ExtentBuilder,
  from: number,
): number => {
  const listed = extents.extents(from).filter((extent) => accumulator.holds(extent));
  if (listed.length > 0) {
    const { attributes, part } = item;
    writeElement(accumulator.index, { attributes, extents: part === 0 ? listed : [] }, accumulator.table);
    if (part > 0) writeElementPart(accumulator.index, attributes.path, part, listed, accumulator.table);
    accumulator.indexedElements += 1;
  }
  return extents.count;
};

/**
 * Copies an item. A whole file that changes meanwhile is mapped again and copied again, only its changed pieces being
 * stored, at most RECOPIES times; the parts of a long file are judged together by whoever sent them. A file that was open
 * when its name was removed or given to another file is copied to its end, and is in the set as it was.
 */
export const copyElement = async (
  item: WorkItem,
  access: SourceAccess,
  context: CopyContext,
  warn: (warning: Warning) => void,
): Promise<CopyOutcome> => {
  const source = access.open(item.attributes.path);
  if ('gone' in source) return { kind: 'gone' };
  if ('refused' in source) return { kind: 'refused', reason: source.refused };
  try {
    return await copyOpened(source, item, context, warn);
  } catch (thrown) {
    const refusal = systemRefusal(thrown);
    if (refusal === null) throw thrown;
    return refusal;
  } finally {
    context.accumulator.beforeHandOver = () => undefined;
    source.close();
  }
};

/** What becomes of a file when the operating system refused a call on it; null for any other error. */
export const systemRefusal = (thrown: unknown): (CopyOutcome & { kind: 'gone' | 'refused' }) | null => {
  const call = refusedCall(thrown);
  if (call === null) return null;
  if (isErrno(thrown, 'ENOENT', 'ESTALE')) return { kind: 'gone' };
  return { kind: 'refused', reason: `${errnoOf(thrown)} in ${call}` };
};

/** The call that an error of the operating system, ours or Node's, is of. */
const refusedCall = (thrown: unknown): string | null => {
  if (errnoOf(thrown) === null) return null;
  if (thrown instanceof ColdframeError) return String(thrown.context.call);
  return thrown instanceof Error && 'syscall' in thrown ? String(thrown.syscall) : null;
};

const copyOpened = async (
  source: OpenSource,
  item: WorkItem,
  context: CopyContext,
  warn: (warning: Warning) => void,
): Promise<CopyOutcome> => {
  let outcome = await copyOnce(source, item, context);
  if (item.parts > 1) return outcome;
  for (let again = 0; outcome.changed && again < RECOPIES; again += 1) {
    const attributes = source.attributes();
    // A file that grew beyond one part is cut here: its rest comes with the next backup, which the mark makes certain.
    const size = Math.min(attributes.size, PART_BYTES);
    const fresh = {
      attributes: { ...attributes, path: item.attributes.path, size },
      part: 0,
      runs: source.runs(0, size),
      prior: outcome.record.extents,
    };
    outcome = await copyOnce(source, fresh, context);
    if (size < attributes.size) break;
  }
  if (!outcome.changed) return outcome;
  warn(changedWarning(item.attributes));
  const marks = { ...outcome.record.attributes.marks, racy: true, changedWhileCopied: true };
  return { ...outcome, record: { ...outcome.record, attributes: { ...outcome.record.attributes, marks } } };
};

export const changedWarning = (attributes: ElementAttributes): Warning => ({
  code: 'CHANGED_WHILE_COPIED',
  path: displayText(attributes.path),
  message: 'changed while being copied; stored as it was read',
});
