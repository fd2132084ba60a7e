import * as z from 'zod';
import { ColdframeError } from '../../../shared/errors.ts';
import { type BlockSetSummary, LEVELS } from '../../../shared/model/block-set.ts';
import { type LeftOut, type Selection, UNPROTECTED_TYPES } from '../../../shared/model/selection.ts';
import { bytes, millis, objectId, setId } from '../../../shared/units.ts';

const natural = z.number().int().nonnegative();
const hexId = z.string().regex(/^[0-9a-f]{32}$/);

const header = z.object({
  format: z.literal('coldframe-set'),
  version: z.number().int(),
  set: z.object({
    id: hexId,
    level: z.enum(LEVELS),
    parent: hexId.nullable(),
    createdAt: natural,
    finishedAt: natural.nullable(),
  }),
  object: z.object({
    id: hexId,
    name: z.string(),
    selection: z
      .object({
        roots: z.array(z.object({ pathBase64: z.string(), crossFileSystems: z.boolean() })),
        unprotected: z.array(z.enum(UNPROTECTED_TYPES)),
        exclude: z.array(z.string()),
        volumes: z.array(z.string()).exactOptional(),
        sources: z.record(z.string(), z.string()).exactOptional(),
      })
      .nullish(),
  }),
  source: z.record(z.string(), z.string()).default({}),
  counts: z.object({
    elements: natural,
    logicalBytes: natural,
    bytesRead: natural,
    bytesStored: natural,
    segments: natural,
  }),
  drives: natural.default(0),
  leftOut: z.array(z.object({ rule: z.string(), elements: natural, bytes: natural })).default([]),
  warnings: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })).default([]),
});

/** What a set header says. `summary.state` and `summary.tapes` are not in it: `incomplete`, and none. */
export interface SetHeader {
  readonly summary: BlockSetSummary;
  readonly selection: Selection | null;
  readonly source: Readonly<Record<string, string>>;
  readonly leftOut: readonly LeftOut[];
}

const VERSION = 2;
const anyVersion = z.object({ format: z.literal('coldframe-set'), version: z.number() });

/** Reads a set header: docs/MEDIA-FORMAT.md, section 6. Throws RECORD_MALFORMED, FORMAT_TOO_NEW. */
export const readSetHeader = (json: string, id: string): SetHeader => {
  const { set, object, source, counts, drives, leftOut, warnings } = parse(json, id);
  return {
    summary: {
      id: setId(set.id),
      object: { id: objectId(object.id), name: object.name },
      level: set.level,
      state: 'incomplete',
      parent: set.parent === null ? null : setId(set.parent),
      createdAt: millis(set.createdAt),
      finishedAt: set.finishedAt === null ? null : millis(set.finishedAt),
      elements: counts.elements,
      logicalBytes: bytes(counts.logicalBytes),
      bytesRead: bytes(counts.bytesRead),
      bytesStored: bytes(counts.bytesStored),
      segments: counts.segments,
      tapes: [],
      drives,
      durationMs: millis(Math.max(0, (set.finishedAt ?? set.createdAt) - set.createdAt)),
      warnings,
    },
    selection: object.selection ?? null,
    source,
    leftOut,
  };
};

const parse = (json: string, id: string): z.output<typeof header> => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw malformed(id, 'is not JSON', cause);
  }
  // First of all: what else stands in a header depends on it.
  const { data: version } = anyVersion.safeParse(value);
  if (version !== undefined && version.version > VERSION)
    throw new ColdframeError('FORMAT_TOO_NEW', {
      message: `Block set ${id} has format version ${version.version}; this version of Coldframe knows ${VERSION}.`,
      guidance: 'Install a newer version of Coldframe. Nothing was changed.',
      context: { set: id, version: version.version },
    });
  const found = header.safeParse(value);
  if (!found.success)
    throw malformed(id, `has a wrong field "${found.error.issues[0]?.path.join('.') ?? ''}"`, found.error);
  if (found.data.set.id !== id) throw malformed(id, `is that of block set ${found.data.set.id}`, undefined);
  return found.data;
};

const malformed = (id: string, what: string, cause: unknown): ColdframeError =>
  new ColdframeError('RECORD_MALFORMED', {
    message: `The header of block set ${id} ${what}.`,
    guidance: 'What its chunks hold can still be got with rescue.mjs --salvage. Back the object up again.',
    context: { set: id },
    cause,
  });
