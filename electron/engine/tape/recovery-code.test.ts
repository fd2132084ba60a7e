import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { TapeId } from '../../../shared/units.ts';
import { unlockKeys } from './keys.ts';
import { readLibrary } from './library-state.ts';
import { TapeReader } from './tape-reader.ts';
import { glanceAtTape, tapePath } from './tape-shelf.ts';
import { chunkOf, payloadOf } from './testing/tapes.ts';
import { newVault, writeChunk } from './testing/vaults.ts';
import { Vault } from './vault.ts';

const wrong = expect.objectContaining({ code: 'PASSPHRASE_WRONG' });
const TAPES = ['CF0001L8', 'CF0002L8'];

/** A sealed vault with a chunk on each of two tapes. */
const twoTapes = async () => {
  const made = await newVault({ passphrase: 'secret', slots: 3 });
  const places = [await writeChunk(made.vault, 'secret', 0, true), await writeChunk(made.vault, 'secret', 1)];
  return { ...made, old: String(made.recoveryCode), places };
};

const tailOf = (dir: string, barcode: string) => glanceAtTape(tapePath(dir, barcode)).tail;

test('a new recovery code opens library and tapes, the one from before does not, and the passphrase stays', async () => {
  const { vault, dir, old, places } = await twoTapes();
  const [first, second] = places.map(({ tape }) => tape) as [TapeId, TapeId];
  vault.library.noteExpired([first]);
  vault.library.noteReadRight([second]);
  const { recoveryCode, refreshed, skipped } = await vault.changeRecoveryCode('secret');
  expect([refreshed, skipped]).toEqual([['CF0001', 'CF0002'], []]);
  expect(recoveryCode).toMatch(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
  const kept = readLibrary(dir);
  const noted = kept.tapes.map(({ expiredAt, readRightAt }) => [expiredAt !== null, typeof readRightAt === 'number']);
  expect(noted.slice(0, 2)).toEqual([
    [true, false],
    [false, true],
  ]);
  for (const envelopes of [kept.envelopes, ...TAPES.map((barcode) => tailOf(dir, barcode)?.envelopes ?? [])]) {
    expect(envelopes.map(({ kind }) => kind).sort()).toEqual(['passphrase', 'recovery-code']);
    await expect(unlockKeys(vault.id, envelopes, old)).rejects.toThrow(wrong);
    for (const secret of [recoveryCode, 'secret']) await unlockKeys(vault.id, envelopes, secret);
  }
  const keys = await vault.unlock(recoveryCode);
  for (const [sequence, place] of places.entries()) {
    const reader = TapeReader.open(vault.access(place.tape, keys));
    const into = Buffer.alloc(1000);
    reader.readChunkPayload(place, into);
    expect(into.equals(payloadOf(chunkOf(sequence, 1000)))).toBe(true);
    reader.close();
  }
  // A tape that is labelled from now on knows nothing of the old one, not even at its beginning.
  const volume = vault.library.label({ pool: 'data' }).volume;
  const start = readFileSync(vault.library.pathOf(volume), 'latin1');
  expect(kept.envelopes.map(({ salt }) => start.includes(salt))).toEqual([true, true]);
});

test('a new recovery code is made with the passphrase alone: whoever never sees it still has that', async () => {
  const { vault, dir, old } = await twoTapes();
  const before = readLibrary(dir);
  for (const secret of [old, old.toLowerCase(), 'nonsense'])
    await expect(vault.changeRecoveryCode(secret)).rejects.toThrow(wrong);
  await expect(vault.changeRecoveryCode(old)).rejects.toMatchObject({
    guidance: expect.stringContaining('vault passphrase'),
  });
  expect(readLibrary(dir)).toEqual(before);
  const open = await newVault();
  await expect(open.vault.changeRecoveryCode('')).rejects.toMatchObject({ code: 'USAGE' });
});

test('a new recovery code is not made once nobody waits for it any more, and the one from before goes on', async () => {
  const { vault, dir, old } = await twoTapes();
  const before = readLibrary(dir);
  const cancelled = { code: 'CANCELLED', guidance: expect.stringContaining('from before stays') };
  await expect(vault.changeRecoveryCode('secret', AbortSignal.abort())).rejects.toMatchObject(cancelled);
  expect(readLibrary(dir)).toEqual(before);
  await expect(vault.unlock(old)).resolves.not.toBeNull();
});

test('a recovery code that could not be brought into the library is not told, and that it may be in force is', async () => {
  const { vault } = await twoTapes();
  vault.library.replaceEnvelopes = () => {
    throw Object.assign(new Error('fsync'), { code: 'EIO' });
  };
  await expect(vault.changeRecoveryCode('secret')).rejects.toMatchObject({
    code: 'IO',
    guidance: expect.stringContaining('may not open the vault any more'),
  });
});

test.each([
  ['library:before-write', 1, false],
  ['library:after-write', 1, true],
  ['tape:before-tail', 1, true],
  ['library:before-write', 2, true],
] as const)(
  'a kill at %s, the %i. time, says no code and leaves a vault that its passphrase opens, and another is made',
  async (place, hit, replaced) => {
    const { vault, dir, old, places } = await twoTapes();
    const [, before] = vault.library.state.envelopes;
    await vault.close();
    const program = join(import.meta.dirname, 'testing/fixtures/new-recovery-code.ts');
    const env = { ...process.env, COLDFRAME_FAILPOINT: `${place}:${hit}` };
    const child = spawn(process.execPath, [program, dir, 'secret'], { env });
    const [said, errors, [, signal]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect([said, signal], errors).toEqual(['', 'SIGKILL']);

    const after = Vault.open(dir);
    onTestFinished(() => after.close());
    expect(after.library.state.envelopes.some(({ salt }) => salt === before?.salt)).toBe(!replaced);
    const keys = await after.unlock('secret');
    for (const at of places) {
      const reader = TapeReader.open(after.access(at.tape, keys));
      reader.readChunkPayload(at, Buffer.alloc(1000));
      reader.close();
    }
    const { recoveryCode, skipped } = await after.changeRecoveryCode('secret');
    expect(skipped).toEqual([]);
    for (const barcode of TAPES) expect(tailOf(dir, barcode)?.envelopes).toEqual(readLibrary(dir).envelopes);
    await expect(after.unlock(old)).rejects.toThrow(wrong);
    await expect(after.unlock(recoveryCode)).resolves.not.toBeNull();
  },
);
