import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { readRecords, SetTable } from '../blockset/records.ts';
import { decodeUnit } from '../blockset/unit.ts';
import { unlockKeys, VaultKeys, wrapKey } from './keys.ts';
import { temporaryFolder } from './testing/tapes.ts';
import {
  EXAMPLE,
  exampleElement,
  exampleElementRecord,
  exampleKeys,
  exampleStructures,
  exampleTape,
} from './testing/vectors.ts';

// The examples have the real cost.
vi.mock('./kdf-cost.ts', () => ({ COST: { n: 32768, r: 8, p: 3 } }));

/** Nonces and salts of the examples count upwards, so that the same bytes come out each time. */
const counter = vi.hoisted(() => ({ next: 0x40 }));
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const fill = (into: Uint8Array, from = 0, length = into.length - from) => {
    for (let at = from; at < from + length; at += 1) into[at] = counter.next++ & 255;
    return into;
  };
  return { ...real, randomFillSync: fill, randomBytes: (length: number) => fill(Buffer.alloc(length)) };
});
beforeEach(() => {
  counter.next = 0x40;
});

const docs = join(import.meta.dirname, '../../../docs');
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** Content that was compressed once, by other programs; a compressor may change, what it wrote does not. */
const COMPRESSED = {
  zstd: '434655310100000001000000900100001b000000000000000000000000000000ec2e92af80b2dbb728b52ffd6090008d000050636f6c646672616d6520010083550b12',
  deflate:
    '4346553102000000010000009001000018000000000000000000000000000000f89b1f1d603fc16678014bcecf49492b4acc4d55481e650d823000004ec19809',
};

const envelopesOf = async () => {
  const keys = new VaultKeys(EXAMPLE.vault.id, EXAMPLE.vaultKey);
  return [
    await wrapKey(keys, 'passphrase', EXAMPLE.passphrase),
    await wrapKey(keys, 'recovery-code', EXAMPLE.recoveryCode.replaceAll('-', '')),
  ];
};

/** The content of docs/media-format/vectors.json. */
const vectors = async (): Promise<string> => {
  const envelopes = await envelopesOf();
  const byName = (all: Record<string, Uint8Array>) =>
    Object.fromEntries(Object.entries(all).map(([name, data]) => [name, hex(data)]));
  const document = {
    about:
      'Examples of docs/MEDIA-FORMAT.md. Bytes are hexadecimal, whole tapes base64. Made by the code; do not edit.',
    example: { ...EXAMPLE, vaultKey: undefined, content: EXAMPLE.content.toString(), time: EXAMPLE.time },
    keys: byName(exampleKeys()),
    envelopes,
    structures: byName(exampleStructures(envelopes)),
    compressedUnits: COMPRESSED,
    tapes: {
      open: exampleTape(false, []).toString('base64'),
      sealed: exampleTape(true, envelopes).toString('base64'),
    },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
};

/** A dump as `hexdump -C` shows it. */
const dump = (data: Buffer): string => {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = data.subarray(at, at + 16);
    const digits = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${digits.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
};

const BEGIN = '<!-- examples: made by the code, do not edit below -->\n';

/** The document with its section of examples made anew. */
const documented = async (): Promise<string> => {
  const [text] = readFileSync(join(docs, 'MEDIA-FORMAT.md'), 'utf8').split(BEGIN);
  const structures = Object.entries(exampleStructures(await envelopesOf())).filter(
    ([name]) => !name.startsWith('node header'),
  );
  const sections = structures.map(
    ([name, data]) => `**${name}** (${data.length} bytes)\n\n\`\`\`\n${dump(data)}\n\`\`\`\n`,
  );
  const keys = Object.entries(exampleKeys()).map(([name, key]) => `| ${name} | \`${hex(key)}\` |\n`);
  return `${text}${BEGIN}\n| key | value |\n| --- | --- |\n${keys.join('')}\n${sections.join('\n')}`;
};

test('docs/media-format/vectors.json holds what the code writes', async () => {
  await expect(await vectors()).toMatchFileSnapshot(join(docs, 'media-format/vectors.json'));
});

test('the hex dumps of docs/MEDIA-FORMAT.md are what the code writes', async () => {
  await expect(await documented()).toMatchFileSnapshot(join(docs, 'MEDIA-FORMAT.md'));
});

test('both secrets of the vectors open their envelopes', async () => {
  const { envelopes } = JSON.parse(readFileSync(join(docs, 'media-format/vectors.json'), 'utf8'));
  for (const secret of [
    EXAMPLE.passphrase,
    EXAMPLE.recoveryCode,
    EXAMPLE.recoveryCode.toLowerCase().replace('0', 'o'),
  ]) {
    const keys = await unlockKeys(EXAMPLE.vault.id, envelopes, secret);
    expect(hex(keys.exportKey())).toBe(hex(EXAMPLE.vaultKey));
  }
});

test.each(['open', 'sealed'])(
  'the whole tape of the vectors that is %s is restored by the rescue program, which shares no code',
  (kind) => {
    const { tapes } = JSON.parse(readFileSync(join(docs, 'media-format/vectors.json'), 'utf8'));
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'CF0001L8.tap'), Buffer.from(tapes[kind], 'base64'));
    writeFileSync(join(folder, 'passphrase'), EXAMPLE.passphrase);
    const rescue = join(import.meta.dirname, 'rescue.mjs');
    const secret = kind === 'sealed' ? ['--passphrase-file', join(folder, 'passphrase')] : [];
    const words = [rescue, 'restore', 'documents', '--to', join(folder, 'out'), '--tapes', folder, ...secret];
    const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect(readFileSync(join(folder, 'out/home/a/note.txt'), 'utf8'), stderr).toBe(EXAMPLE.content.toString());
  },
);

test('the element record of the example says what the example is', () => {
  const [record] = [...readRecords(exampleElementRecord, new SetTable(EXAMPLE.set))];
  expect(record).toEqual({ kind: 'element', record: exampleElement });
});

test.each(Object.entries(COMPRESSED))('a unit that %s compressed is expanded', (_codec, data) => {
  expect(Buffer.from(decodeUnit(Buffer.from(data, 'hex'), 0, null).plain).toString()).toBe('coldframe '.repeat(40));
});
