import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { vaultId } from '../../../shared/units.ts';
import { type KeyEnvelope, keyEnvelopes } from './key-envelope.ts';
import { newRecoveryCode, normalizePassphrase, normalizeRecoveryCode, unlockKeys, VaultKeys, wrapKey } from './keys.ts';
import { noise, SET, VAULT, VOLUME } from './testing/tapes.ts';

const keys = new VaultKeys(VAULT, noise(32, 1));

/** HKDF of RFC 5869 for one block of output. */
const hkdf = (key: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  createHmac('sha256', createHmac('sha256', salt).update(key).digest())
    .update(Buffer.from(`${info}\u0001`))
    .digest();

test('the keys of sets, headers and tapes follow from the vault key as the format says', () => {
  const derived = [keys.setKey(SET), keys.headerKey(), keys.tapeKey(VOLUME)].map((key) =>
    Buffer.from(key).toString('hex'),
  );
  const expected = [
    hkdf(noise(32, 1), Buffer.from(SET, 'hex'), 'coldframe set v1'),
    hkdf(noise(32, 1), Buffer.from(VAULT, 'hex'), 'coldframe header v1'),
    hkdf(noise(32, 1), Buffer.from(VOLUME), 'coldframe tape v1'),
  ];
  expect(derived).toEqual(expected.map((key) => key.toString('hex')));
});

test('a secret that has no UTF-8 form of its own is refused', async () => {
  const refused = { code: 'PASSPHRASE_NOT_TEXT' };
  await expect(wrapKey(keys, 'passphrase', 'half \ud83d')).rejects.toMatchObject(refused);
});

test('an envelope opens for its own vault only, and a changed one not at all', async () => {
  const envelope = await wrapKey(keys, 'passphrase', 'secret');
  expect((await unlockKeys(VAULT, [envelope], 'secret')).exportKey()).toEqual(keys.exportKey());
  const wrong = expect.objectContaining({ code: 'PASSPHRASE_WRONG' });
  await expect(unlockKeys(vaultId('ff'.repeat(16)), [envelope], 'secret')).rejects.toThrow(wrong);
  const wrapped = Buffer.from(envelope.wrapped, 'base64');
  wrapped[3] = (wrapped[3] ?? 0) ^ 1;
  await expect(unlockKeys(VAULT, [{ ...envelope, wrapped: wrapped.toString('base64') }], 'secret')).rejects.toThrow(
    wrong,
  );
  await expect(unlockKeys(VAULT, [], 'secret')).rejects.toThrow(wrong);
});

test('no secret is in what people and logs see of keys', () => {
  expect(JSON.stringify({ keys })).toBe('{"keys":"[vault keys]"}');
  expect(Object.keys(keys)).toEqual(['vault']);
});

test('a recovery code has 32 letters and digits that cannot be taken for each other', () => {
  const code = newRecoveryCode();
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(newRecoveryCode()).not.toBe(code);
});

test('a recovery code is read however it is typed', () => {
  const typing = fc.array(fc.constantFrom('', ' ', '-', '\n', ' - '), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(typing, fc.boolean(), (gaps, small) => {
      const code = newRecoveryCode().replaceAll('-', '');
      const typed = Array.from(code)
        .map(
          (letter, index) =>
            `${index % 2 ? letter.replace('0', 'O').replace('1', 'L') : letter.replace('1', 'i')}${gaps[index]}`,
        )
        .join('');
      expect(normalizeRecoveryCode(small ? typed.toLowerCase() : typed)).toBe(code);
    }),
  );
  for (const wrong of ['', 'ABCD', `${'A'.repeat(31)}U`, 'A'.repeat(33)])
    expect(normalizeRecoveryCode(wrong)).toBeNull();
});

test('of a passphrase one trailing newline goes, and nothing else', () => {
  expect(['a\n', 'a\r\n', 'a\n\n', ' a ', 'a'].map(normalizePassphrase)).toEqual(['a', 'a', 'a\n', ' a ', 'a']);
});

/** An envelope that costs as much as the format allows, and opens for nobody. */
const costly = (envelope: KeyEnvelope): KeyEnvelope => ({ ...envelope, n: 262_144, r: 8, p: 16 });

test('the envelopes of one place are refused when trying all of them would take long', async () => {
  const envelope = await wrapKey(keys, 'passphrase', 'secret');
  const both = [envelope, { ...envelope, kind: 'recovery-code' }];
  const fits = (all: readonly object[]) => keyEnvelopes.safeParse(all).success;
  expect([[], both, [costly(envelope)]].map(fits)).toEqual([true, true, true]);
  expect([[costly(envelope), ...both], Array(40).fill(envelope)].map(fits)).toEqual([false, false]);
});

test('an envelope that is cheap to try is tried before one that is not', async () => {
  const envelope = await wrapKey(keys, 'passphrase', 'secret');
  const started = performance.now();
  await unlockKeys(VAULT, [envelope], 'secret');
  const once = performance.now() - started;
  const again = performance.now();
  await unlockKeys(VAULT, [costly(envelope), envelope], 'secret');
  expect(performance.now() - again).toBeLessThan(10 * once + 1000);
});

test('unlocking ends as soon as it is cancelled', async () => {
  const envelope = costly(await wrapKey(keys, 'passphrase', 'secret'));
  const started = performance.now();
  const unlocking = unlockKeys(VAULT, [envelope], 'wrong', AbortSignal.timeout(50));
  await expect(unlocking).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(performance.now() - started).toBeLessThan(2000);
});
