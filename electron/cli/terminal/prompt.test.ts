import { PassThrough } from 'node:stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { ask } from './prompt.ts';

let keyboard: PassThrough;

beforeEach(() => {
  keyboard = Object.assign(new PassThrough(), { setRawMode: () => undefined });
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(keyboard as never);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => {
    stdin.mockRestore();
    stderr.mockRestore();
  };
});

const typed = (...pieces: readonly Buffer[]): Promise<string> => {
  const answer = ask('Passphrase: ', { echo: false });
  for (const piece of pieces) keyboard.emit('data', piece);
  return answer;
};

test('a letter of two bytes may come in two pieces', async () => {
  const bytes = Buffer.from('Grüße\r');
  expect(await typed(bytes.subarray(0, 3), bytes.subarray(3))).toBe('Grüße');
});

test('a passphrase that is typed in another encoding than UTF-8 is refused', async () => {
  await expect(typed(Buffer.from('Grüße\r', 'latin1'))).rejects.toMatchObject({ code: 'PASSPHRASE_NOT_TEXT' });
});
