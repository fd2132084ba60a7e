import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import type { StoredExtent } from '../../../../shared/model/element.ts';

export const noSuchElement = (set: string, path: ByteString): ColdframeError =>
  new ColdframeError('NO_SUCH_PATH', {
    message: `${displayText(path)} is not in the set ${set}.`,
    guidance: 'Look at what the set holds with: coldframe ls SET',
    context: { set, path: displayText(path) },
  });

/** A run of a volume that cannot be given out, and why. Told once a run, however many requests meet it. */
export const blocksDamaged = (
  volume: ByteString,
  { offset, length, set, chunk, unit }: Pick<StoredExtent, 'offset' | 'length' | 'set' | 'chunk' | 'unit'>,
  tape: string | null,
  reason: string,
  cause?: unknown,
): ColdframeError =>
  new ColdframeError('BLOCKS_DAMAGED', {
    message: `Bytes ${offset} to ${offset + length - 1} of ${displayText(volume)} cannot be given out: unit ${unit} of chunk ${chunk} of set ${set}${tape === null ? '' : ` on tape ${tape}`}: ${reason}`,
    guidance:
      'Everything else can be read. "verify" names all that is damaged; an earlier or later set may hold these blocks elsewhere.',
    context: { errno: 'EIO', offset, length, set, chunk, unit, tape, reason },
    cause,
  });

export const setReadOnly = (volume: ByteString): ColdframeError =>
  new ColdframeError('VOLUME_READ_ONLY', {
    message: `${displayText(volume)} is served from a block set, which is never written to.`,
    guidance: 'Serve it with a private overlay to write to: volume serve set/ID --writable, or --overlay FILE.',
    context: { errno: 'EPERM', volume: displayText(volume) },
  });

/** Whether an error says that a tape is not at hand, or its disk does not answer, rather than that something is damaged. */
export const isTapeAway = ({ code, context }: ColdframeError): boolean =>
  code === 'NO_SUCH_TAPE' || (code === 'IO' && context.errno !== 'EIO');
