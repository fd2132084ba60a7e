import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ColdframeError, type ErrorDetails } from '../../shared/errors.ts';
import { words } from '../words/words.ts';
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

  test('is not made again with what does not open the vault: the question stays, and says so', async () => {
    const work = vi.fn().mockRejectedValueOnce(missing()).mockResolvedValueOnce('done');
    const opens = vi.fn((_dir: string, passphrase: string) => Promise.resolve(passphrase === 'right'));
    const call = withPassphrase(work, opens);
    await answer('wrong');
    await vi.waitFor(() =>
      expect(usePassphraseQuestion.getState().question).toMatchObject({ wrong: true, trying: false }),
    );
    expect(work).toHaveBeenCalledTimes(1);
    await answer('right');
    await expect(call).resolves.toBe('done');
    expect(work.mock.calls).toEqual([[undefined], [{ passphrase: 'right' }]]);
    expect(opens.mock.calls).toEqual([
      ['/v', 'wrong'],
      ['/v', 'right'],
    ]);
    expect(usePassphraseQuestion.getState().question).toBeNull();
  });

  test('is given up while a passphrase is tried, and what is found then is of no use', async () => {
    const tried = Promise.withResolvers<boolean>();
    const call = withPassphrase(
      () => Promise.reject(missing()),
      () => tried.promise,
    );
    const refused = expect(call).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
    await answer('wrong');
    expect(usePassphraseQuestion.getState().question).toMatchObject({ vault: '/v', wrong: false, trying: true });
    await answer(null);
    await refused;
    tried.resolve(false);
    await tried.promise;
    expect(usePassphraseQuestion.getState().question).toBeNull();
  });

  test('forgets what was wrong and keeps what was right, whether the vault is named by its folder or its id', async () => {
    const wrongById = new ColdframeError('PASSPHRASE_WRONG', { ...details, context: { vault: '6cfc07a3' } });
    const work = vi.fn().mockRejectedValueOnce(missing()).mockRejectedValueOnce(wrongById).mockResolvedValueOnce(1);
    const call = withPassphrase(work);
    await answer('wrong');
    await vi.waitFor(() =>
      expect(usePassphraseQuestion.getState().question).toMatchObject({ vault: '/v', wrong: true }),
    );
    await answer('right');
    await call;
    for (const vault of ['/v', '6cfc07a3']) {
      const refusal = new ColdframeError('PASSPHRASE_MISSING', { ...details, context: { vault } });
      const next = vi.fn().mockRejectedValueOnce(refusal).mockResolvedValueOnce('done');
      await withPassphrase(next);
      expect(next.mock.calls).toEqual([[undefined], [{ passphrase: 'right' }]]);
    }
  });

  test('keeps nothing of a passphrase that was wrong when no other one is given', async () => {
    const work = vi.fn().mockRejectedValueOnce(missing()).mockRejectedValueOnce(wrong());
    const refused = expect(withPassphrase(work)).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    await answer('wrong');
    await vi.waitFor(() => expect(usePassphraseQuestion.getState().question?.wrong).toBe(true));
    await answer(null);
    await refused;
    const next = vi.fn().mockRejectedValueOnce(missing()).mockResolvedValueOnce('done');
    const call = withPassphrase(next);
    await answer('right');
    await call;
    expect(next.mock.calls).toEqual([[undefined], [{ passphrase: 'right' }]]);
  });

  test('fails with the refusal when nobody answers', async () => {
    const call = withPassphrase(() => Promise.reject(missing()));
    const refused = expect(call).rejects.toMatchObject({
      code: 'PASSPHRASE_MISSING',
      guidance: words.passphrase.notGiven,
    });
    await answer(null);
    await refused;
  });

  test('waits for the answer that another one waits for, and is given up with it', async () => {
    const works = [1, 2].map(() => vi.fn().mockRejectedValueOnce(missing()).mockResolvedValueOnce('done'));
    const both = Promise.all(works.map((work) => withPassphrase(work)));
    await answer('right');
    await expect(both).resolves.toEqual(['done', 'done']);
    expect(usePassphraseQuestion.getState().question).toBeNull();
    for (const work of works) expect(work.mock.calls).toEqual([[undefined], [{ passphrase: 'right' }]]);
    forgetPassphrases();
    const neither = Promise.allSettled([1, 2].map(() => withPassphrase(() => Promise.reject(missing()))));
    await answer(null);
    expect((await neither).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(usePassphraseQuestion.getState().question).toBeNull();
  });

  test('to another vault is asked for after the one that is asked for', async () => {
    const other = new ColdframeError('PASSPHRASE_MISSING', { ...details, context: { vault: '/w' } });
    const works = [missing(), other].map((refusal) =>
      vi.fn().mockRejectedValueOnce(refusal).mockResolvedValueOnce('done'),
    );
    const both = Promise.all(works.map((work) => withPassphrase(work)));
    for (const vault of ['/v', '/w']) {
      await vi.waitFor(() => expect(usePassphraseQuestion.getState().question?.vault).toBe(vault));
      usePassphraseQuestion.getState().question?.answer(`of ${vault}`);
    }
    await expect(both).resolves.toEqual(['done', 'done']);
    expect(works.map((work) => work.mock.calls[1])).toEqual([[{ passphrase: 'of /v' }], [{ passphrase: 'of /w' }]]);
  });

  test('does not touch other errors', async () => {
    const held = new ColdframeError('VAULT_HELD', details);
    await expect(withPassphrase(() => Promise.reject(held))).rejects.toBe(held);
  });
});
