import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSecret, secretFromFile } from './secret-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (content: string | Buffer): string => {
  writeFileSync(join(folder, 'secret'), content);
  return join(folder, 'secret');
};

test('a secret is the content of a file without its last newline', async () => {
  expect(await readSecret(fileOf('correct horse \n'))).toBe('correct horse ');
  expect(await readSecret(fileOf('a\nb\r\n'))).toBe('a\nb');
  expect(await readSecret(fileOf(''))).toBe('');
});

test('what is not UTF-8 is refused, and not made the same as another secret', async () => {
  const refused = { code: 'PASSPHRASE_NOT_TEXT', kind: 'passphrase', guidance: expect.stringContaining('openssl') };
  for (const bytes of [[0x70, 0xff, 0x0a], [0xed, 0xa0, 0x80], [0xc3]]) {
    const file = fileOf(Buffer.from(bytes));
    await expect(readSecret(file)).rejects.toMatchObject({ ...refused, context: { file } });
  }
  expect(await readSecret(fileOf('Grüße \ufffd\n'))).toBe('Grüße \ufffd');
});

test('what holds too much or is no file is refused', async () => {
  expect(await readSecret(fileOf(Buffer.alloc(65_536, 0x61)))).toHaveLength(65_536);
  await expect(readSecret(fileOf(Buffer.alloc(65_537, 0x61)))).rejects.toMatchObject({ code: 'USAGE' });
  await expect(readSecret(folder)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(readSecret(join(folder, 'none'))).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
});

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  const pipe = (): string => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    return join(folder, 'pipe');
  };
  const write = (script: string, file: string) => spawn('sh', ['-c', script, file], { stdio: 'ignore' });

  test('delivers a secret, however slowly, and once for all who ask', async () => {
    const file = pipe();
    write('sleep 0.2; { sleep 0.2; printf correct; sleep 0.2; echo " horse"; } > "$0"', file);
    expect(await Promise.all([secretFromFile(file), secretFromFile(file)])).toEqual(['correct horse', 'correct horse']);
    expect(await secretFromFile(file)).toBe('correct horse');
  });

  test('that nobody writes to is given up, and so is one without an end', async () => {
    const file = pipe();
    await expect(readSecret(file, { writerPatienceMs: 50 })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
    const endless = write('exec cat /dev/zero > "$0"', file);
    await expect(readSecret(file)).rejects.toMatchObject({ code: 'USAGE' });
    endless.kill();
  });

  test('is not waited for after a signal', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(readSecret(pipe(), { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('a device is refused', async () => {
    await expect(readSecret('/dev/zero')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
