import { lookup } from 'node:dns/promises';
import type { ByteString } from '../../../shared/byte-string.ts';
import { byteStringFromText, joinBytes } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { SEGMENT_BYTES } from '../../../shared/units.ts';
import type { NbdSource } from '../../engine/nbd/client/nbd-device.ts';
import { NO_BLOCKS } from '../../engine/snapshot/block-runs.ts';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import { reasonOf } from '../../platform/errno.ts';
import { Thread } from '../backup/thread.ts';
import type { VolumeToScan } from '../backup/volume-to-scan.ts';
import type { ExportLook, LookAnswer } from './export-look.worker.ts';
import { type NbdUri, parseNbdUri } from './nbd-uri.ts';

/** A server that lets so much time pass before a greeting has nothing free. */
const LOOK_MS = 10_000;

/** A volume of another server, ready to be backed up, and what has to be said of it. */
export interface ExportVolume {
  readonly volume: VolumeToScan;
  readonly warnings: readonly Warning[];
}

/**
 * Looks at an export as a volume of that name: its server does not tell what changed, so everything counts as changed. Rejects with
 * USAGE, NBD_LOST, NBD_REFUSED, NBD_MALFORMED, PSK_FILE_UNSAFE, NO_SUCH_EXPORT.
 */
export const exportVolume = async (name: string, uri: string): Promise<ExportVolume> => {
  const { source, look } = await reached(await sourcesOf(parseNbdUri(uri)));
  const { size, readOnly, multiple } = look;
  if (size === 0) throw empty(uri);
  const segments = Math.ceil(size / SEGMENT_BYTES);
  const changed = new SegmentMap(segments);
  changed.addAll();
  const volume: VolumeToScan = {
    path: joinBytes('/' as ByteString, byteStringFromText(name)),
    size,
    segmentBytes: SEGMENT_BYTES,
    device: { kind: 'nbd', source, size, single: !multiple },
    takenAt: Date.now(),
    changed: new Int32Array(changed.words),
    unwanted: new Int32Array(changed.words.length),
    unwantedBlocks: NO_BLOCKS,
  };
  return { volume, warnings: readOnly ? [] : [mayChange(name, uri)] };
};

/** By the numbers of its host, which may have several: threads that read cannot wait for names. */
const sourcesOf = async ({ address, export: wanted, tls }: NbdUri): Promise<[NbdSource, ...NbdSource[]]> => {
  const what = { export: wanted, ...(tls !== null && { tls }) };
  if (address.kind === 'unix') return [{ address, ...what }];
  try {
    const [first, ...others] = await lookup(address.host, { all: true });
    if (first === undefined) throw new Error('it has no address');
    const at = (host: string): NbdSource => ({ address: { ...address, host }, ...what });
    return [at(first.address), ...others.map((other) => at(other.address))];
  } catch (cause) {
    throw new ColdframeError('NBD_LOST', {
      message: `The host ${address.host} cannot be found: ${reasonOf(cause)}.`,
      guidance: 'Check its name, and whether this machine can reach it, then try again.',
      context: { host: address.host },
      cause,
    });
  }
};

/** The first of a host's numbers at which its server answers. */
const reached = async ([source, ...others]: readonly [NbdSource, ...NbdSource[]]): Promise<{
  readonly source: NbdSource;
  readonly look: ExportLook;
}> => {
  try {
    return { source, look: await lookAt(source) };
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined || !(error instanceof ColdframeError) || error.code !== 'NBD_LOST') throw error;
    return await reached([next, ...rest]);
  }
};

const lookAt = async (source: NbdSource): Promise<ExportLook> => {
  const { promise, resolve, reject } = Promise.withResolvers<ExportLook>();
  const hear = (answer: LookAnswer): void =>
    answer.kind === 'seen' ? resolve(answer.look) : reject(ColdframeError.fromData(answer.error));
  const thread = new Thread<never, LookAnswer>('export-look', { ...source, limitMs: LOOK_MS }, hear, reject);
  try {
    return await promise;
  } finally {
    await thread.close();
  }
};

const mayChange = (name: string, uri: string): Warning => ({
  code: 'SOURCE_LIVE',
  path: name,
  message: `${uri} can be written to while it is read, so what was read may not be of one moment; have its server serve an image that is frozen, read only`,
});

const empty = (uri: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `There is nothing on ${uri}: it has no bytes.`,
    guidance: 'Check what its server serves (nbdinfo).',
    context: { uri },
  });
