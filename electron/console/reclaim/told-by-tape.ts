import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';

/** What a tape itself says lies on it. */
export interface TapeTold {
  readonly places: readonly ChunkPlace[];
  /** What cannot be told of it; null when its directory says all, or every header of it could be read. */
  readonly damage: string | null;
}

/**
 * Asks a tape what lies on it: its directory, and with `headers` each chunk's own header, too; `leap` as of `checkChunkFrame`. Yields between chunks, so that a thread can be called off. Errors as of
 * `TapeReader.open`.
 */
export function* tellTape(
  access: ReadAccess,
  { headers, leap = false }: { readonly headers: boolean; readonly leap?: boolean },
): Generator<void, TapeTold, void> {
  const reader = TapeReader.open(access);
  try {
    if (reader.frontDamage !== null) return { places: [], damage: reader.frontDamage.message };
    const hasDirectory = reader.tail() !== null;
    const places = new Map<number, ChunkPlace>();
    let damage: string | null = null;
    for (const way of headers && hasDirectory ? [false, true] : [false])
      for (const finding of reader.scan({ headers: way, leap })) {
        if (finding.kind === 'damage') damage ??= finding.error.message;
        else places.set(finding.place.offset, finding.place);
        yield;
      }
    // Damage hides nothing of which the directory tells.
    return { places: [...places.values()], damage: hasDirectory ? null : damage };
  } finally {
    reader.close();
  }
}

/** The same at one go. */
export const toldByTape = (access: ReadAccess, headers: boolean): TapeTold => {
  const telling = tellTape(access, { headers });
  for (;;) {
    const step = telling.next();
    if (step.done) return step.value;
  }
};
