import { asColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import { setId } from '../../../../shared/units.ts';
import { releaseMemory } from '../../../platform/linux/release-memory.ts';
import type { UnitSeal } from '../../blockset/unit.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { SetKeys } from '../execute/set-keys.ts';
import type { FilledSlot, UnitKeys } from '../execute/thread-protocol.ts';
import { plainOf, unitOffsets } from '../write/unit-walk.ts';
import { type ChunkFinding, checkDataChunk } from './check-chunk.ts';
import { MetadataStream } from './metadata-stream.ts';

export interface VerifierSetup {
  readonly keys: UnitKeys;
  readonly control: SharedRunControl;
}

export type VerifierRequest =
  | {
      readonly kind: 'chunk';
      readonly set: string;
      readonly sequence: number;
      readonly metadata: boolean;
      /** Whether all metadata of the set comes by here, in order. */
      readonly stream: boolean;
      readonly slot: FilledSlot;
    }
  | { readonly kind: 'close' };

export type VerifierAnswer =
  | { readonly kind: 'checked'; readonly finding: ChunkFinding }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** A thread that checks chunks. All metadata chunks of a set go to the same one, in order. Synchronous. */
export class Verifier {
  readonly #keys: SetKeys;
  readonly #control: RunControl;
  /** Of each set whose metadata is coming by: its stream, and the number of chunks that came. */
  readonly #streams = new Map<string, { stream: MetadataStream; chunks: number }>();

  constructor({ keys, control }: VerifierSetup) {
    this.#keys = new SetKeys(keys);
    this.#control = new RunControl(control);
  }

  /** Carries out a request. Never throws. */
  carryOut(request: VerifierRequest): VerifierAnswer {
    try {
      this.#control.passageSync();
      // It was read already; until this one is let go no other is.
      if (request.kind === 'chunk') this.#control.paceSync('vault', request.slot.length);
      return { kind: 'checked', finding: request.kind === 'chunk' ? this.#check(request) : NOTHING };
    } catch (thrown) {
      return { kind: 'failed', error: asColdframeError(thrown).toData() };
    }
  }

  #check(request: Extract<VerifierRequest, { kind: 'chunk' }>): ChunkFinding {
    const { set, sequence, metadata, stream, slot } = request;
    if (slot.lost !== null) return { bytes: 0, reasons: [slot.lost], elements: metadata ? [] : null };
    const payload = Buffer.from(slot.memory, 0, slot.length);
    const seal = this.#keys.seal(setId(set), sequence);
    const found = metadata
      ? this.#metadata(payload, stream ? set : null, seal)
      : checkDataChunk(payload, set, sequence, seal);
    releaseMemory();
    return slot.damage === null ? found : { ...found, reasons: [slot.damage, ...found.reasons] };
  }

  /** `set` is null where the parts do not come in order: then each unit is checked by itself. */
  #metadata(payload: Buffer, set: string | null, seal: UnitSeal | null): ChunkFinding {
    const known = (set === null ? null : this.#streams.get(set)) ?? { stream: new MetadataStream(), chunks: 0 };
    if (set !== null) this.#streams.set(set, known);
    const reasons: string[] = [];
    let bytes = 0;
    for (const [unit, offset] of unitOffsets(payload)) {
      const found = plainOf(payload, offset, seal);
      const reason = 'reason' in found ? found.reason : set && known.stream.add(known.chunks, found.plain);
      if (reason !== null) reasons.push(`unit ${unit}: ${reason}`);
      if ('plain' in found) bytes += found.plain.length;
    }
    known.chunks += 1;
    if (set !== null && known.stream.ended) this.#streams.delete(set);
    return { bytes, reasons, elements: [] };
  }
}

const NOTHING: ChunkFinding = { bytes: 0, reasons: [], elements: [] };
