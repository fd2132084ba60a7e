import { expect, onTestFinished, test, vi } from 'vitest';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import type { DesktopBridge } from '../../shared/desktop/channels.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { useConnection } from './connection.ts';
import { useDesktop } from './desktop.ts';
import { makeRecoveryCode, useShownCode } from './recovery-code.ts';

test('page and window ask before they are left from the call for a recovery code on, until it failed or was seen', async () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  onTestFinished(() => void vi.unstubAllGlobals());
  const told: unknown[] = [];
  const ask = async (_: unknown, input: unknown) => {
    told.push(input);
    return { ok: true, output: null };
  };
  useDesktop.setState({ bridge: { ask } as unknown as DesktopBridge });
  onTestFinished(() => useDesktop.setState({ bridge: null }));
  const asks = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const answers: PromiseWithResolvers<unknown>[] = [];
  const call = () => {
    const answer = Promise.withResolvers<unknown>();
    answers.push(answer);
    return answer.promise;
  };
  useConnection.setState({ client: { call } as ConsoleClient });

  const failed = makeRecoveryCode('/v', 'p');
  expect(asks()).toBe(true);
  answers[0]?.reject(new ColdframeError('TAPE_IN_USE', { message: 'm', guidance: 'g' }));
  await expect(failed).rejects.toMatchObject({ code: 'TAPE_IN_USE' });
  expect(asks()).toBe(false);

  const made = makeRecoveryCode('/v', 'p');
  answers[1]?.resolve({ vault: { dir: '/v' }, recoveryCode: 'CODE', refreshed: [], skipped: [] });
  await made;
  expect([asks(), useShownCode.getState().shown?.code]).toEqual([true, 'CODE']);
  useShownCode.getState().shown?.done();
  expect(asks()).toBe(false);
  expect(told).toEqual([{ asks: true }, { asks: false }, { asks: true }, { asks: false }]);
});
