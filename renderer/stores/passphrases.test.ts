import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ColdframeError, type ErrorDetails } from '../../shared/errors.ts';
import { forgetPassphrases, usePassphraseQuestion, withPassphrase } from './passphrases.ts';

const details: ErrorDetails = { message: 'm', guidance: 'g', context: { vault: '/v' } };
const missing = () => new ColdframeError('PASSPHRASE_MISSING', details);
const wrong = () => new ColdframeError('PASSPHRASE_WRONG', details);

const answer = async (passphrase: string | null) => {
  await vi.waitFor(() => expect(usePassphraseQuestion.getState().question).not.toBeNull());
  usePassphraseQuestion.getState().question?.answer(passphrase);
};

describe('a call to a sealed vault', () => {
  beforeEach(forgetPassphrases);

  test('is made again with the passphrase that was typed, and the next one does not ask', async () => {
    const work = vi.fn().mockRejectedValueOnce(missing()).mockResolvedValueOnce('done');
    const call = withPassphrase(work);
    await answer('open sesame');
    await expect(call).resolves.toBe('done');
    expect(work.mock.calls).toEqual([[undefined], [{ passphrase: 'open sesame' }]]);
    const next = vi.fn().mockRejectedValueOnce(missing()).mockResolvedValueOnce('done');
    await expect(withPassphrase(next)).resolves.toBe('done');
  });

  test('asks again when the passphrase was wrong, and says so', async () => {
    const work = vi.fn().mockRejectedValueOnce(missing()).mockRejectedValueOnce(wrong()).mockResolvedValueOnce('done');
    const call = withPassphrase(work);
    await answer('one');
    await vi.waitFor(() => expect(usePassphraseQuestion.getState().question?.wrong).toBe(true));
    await answer('two');
    await expect(call).resolves.toBe('done');
  });

  test('fails with the refusal when nobody answers', async () => {
    const call = withPassphrase(() => Promise.reject(missing()));
    const refused = expect(call).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
    await answer(null);
    await refused;
  });

  test('does not touch other errors', async () => {
    const held = new ColdframeError('VAULT_HELD', details);
    await expect(withPassphrase(() => Promise.reject(held))).rejects.toBe(held);
  });
});
