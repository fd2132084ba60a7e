import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { millis, setId, tapeId, vaultId } from '../../../../shared/units.ts';
import { containerImage } from '../container.ts';
import type { KeyEnvelope } from '../key-envelope.ts';
import type { TapeAccess } from '../tape-access.ts';
import { encodeTapeStart } from '../tape-label.ts';
import type { ChunkToWrite } from '../tape-writer.ts';

/** A folder that goes when the test ends. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-tape-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const VAULT = vaultId('00112233445566778899aabbccddeeff');
export const VOLUME = tapeId('CF0001');
export const SET = setId('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
export const OTHER_SET = setId('b0b1b2b3b4b5b6b7b8b9babbbcbdbebf');
export const NOW = millis(Date.UTC(2026, 0, 2, 3, 4, 5));
/** Stands for an envelope where no secret is asked for. */
export const ENVELOPE: KeyEnvelope = {
  kind: 'passphrase',
  kdf: 'scrypt',
  n: 32768,
  r: 8,
  p: 3,
  salt: Buffer.alloc(16, 1).toString('base64'),
  nonce: Buffer.alloc(12, 2).toString('base64'),
  wrapped: Buffer.alloc(48, 3).toString('base64'),
};

/** A tape that was just labelled, in a folder of its own. */
export const labelledTape = (options: Partial<TapeAccess> = {}): TapeAccess => {
  const sealed = options.vaultKey !== undefined && options.vaultKey !== null;
  const access: TapeAccess = {
    path: join(temporaryFolder(), 'CF0001L8.tap'),
    vault: VAULT,
    volume: VOLUME,
    capacity: 64 * 1024 * 1024,
    codec: 'zstd',
    vaultKey: null,
    envelopes: sealed ? [ENVELOPE] : [],
    envelopesGeneration: 0,
    ...options,
  };
  const { vault, volume, envelopes } = access;
  const request = { vault: { id: vault, name: 'test' }, volume, barcode: `${volume}L8`, pool: 'data', sequence: 1 };
  writeFileSync(access.path, containerImage(encodeTapeStart({ ...request, labelledAt: NOW, envelopes })));
  return access;
};

/** Bytes that differ from seed to seed and do not repeat soon. */
export const noise = (length: number, seed: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  for (let at = 0; at < length; at += 1) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
};

/** A chunk of the test set whose payload is noise, handed over in uneven parts. */
export const chunkOf = (sequence: number, payloadBytes: number, more: Partial<ChunkToWrite> = {}): ChunkToWrite => {
  const payload = noise(payloadBytes, sequence);
  const cut = Math.floor(payloadBytes / 3);
  return {
    set: SET,
    sequence,
    kind: 'data',
    lastMetadata: false,
    part: 0,
    unitCount: 1,
    plainLength: payloadBytes,
    payload: [payload.subarray(0, cut), payload.subarray(cut)],
    ...more,
  };
};

/** The payload of a chunk in one piece. */
export const payloadOf = (chunk: ChunkToWrite): Buffer => Buffer.concat(chunk.payload);
