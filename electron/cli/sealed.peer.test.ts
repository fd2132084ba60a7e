import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { mutateHostileTree } from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

const SECRET = 'Nobody-knows-that-this-stands-in-a-file';

/** Everything in a vault and a home, byte for byte. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const holding = (folder: string, word: string): string[] =>
  filesBelow(folder).filter((file) => readFileSync(file).includes(word));

describeAsRoot('a sealed vault', [], () => {
  const held = hostileWorkplaceForSuite({}, { beside: true });
  let right: string[];
  let wrong: string[];
  /** The one that was shown first, and the one that took its place before anything was written. */
  let lostCode: string;
  let recoveryCode: string;

  beforeAll(async () => {
    const { vault } = held.current;
    right = ['--passphrase-file', held.current.secret('right', 'correct horse\n')];
    wrong = ['--passphrase-file', held.current.secret('wrong', 'battery staple\n')];
    writeFileSync(join(held.tree(), `${SECRET}.txt`), `${SECRET}\n`.repeat(100));
    // Without compression whatever is not sealed would stand there in the clear.
    const created = await held.current.done('vault.create', ['vault', 'create', vault, '--codec', 'none', ...right]);
    lostCode = created.recoveryCode ?? '';
    const made = await held.current.done('vault.recoveryCode', ['vault', 'recovery-code', vault, ...right]);
    recoveryCode = made.recoveryCode;
    await held.current.done('object.add', [
      'object',
      'add',
      'tree',
      '--vault',
      vault,
      '--files',
      held.tree(),
      ...right,
    ]);
    await held.current.done('backup', ['backup', 'tree', ...right]);
    await mutateHostileTree(held.tree(), 7);
    await held.current.done('backup', ['backup', 'tree', ...right]);
  });

  test('restores exactly with its passphrase', async () => {
    await expectRestored(held.current, held.tree(), (out) =>
      held.current.done('restore', ['restore', 'tree', '--to', out, ...right]),
    );
  });

  test('restores exactly with its rescue program', async () => {
    await expectRestored(held.current, held.tree(), async (out) => {
      answerOf(await held.current.rescue(['restore', 'tree', '--to', out, ...right]), 0);
    });
  });

  test('gives nothing to a wrong passphrase, or to none', async () => {
    const restore = ['restore', 'tree', '--to', held.current.at('nothing')];
    expect(await held.current.fails(12, [...restore, ...wrong])).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    expect(await held.current.fails(12, restore)).toMatchObject({ code: 'PASSPHRASE_MISSING' });
    expect(await held.current.fails(12, ['backup', 'tree', ...wrong])).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    expect((await held.current.rescue(['restore', 'tree', '--to', held.current.at('nothing'), ...wrong])).status).toBe(
      12,
    );
    expect(() => readdirSync(held.current.at('nothing'))).toThrow('ENOENT');
  });

  test('says neither content nor names nor secrets on its tapes', () => {
    const tapes = join(held.current.vault, 'tapes');
    for (const word of [SECRET, 'correct horse', held.tree()]) expect(holding(tapes, word)).toEqual([]);
    expect(filesBelow(tapes).length).toBeGreaterThan(0);
    // The search itself works: the labels are in the clear.
    expect(holding(tapes, 'VOL1').length).toBeGreaterThan(0);
  });

  const codeFile = (code: string): string[] => [
    '--recovery-code-file',
    held.current.secret(code === lostCode ? 'lost-code' : 'code', `${code}\n`),
  ];

  test('keeps no passphrase and no recovery code anywhere', () => {
    expect(recoveryCode.length).toBeGreaterThan(15);
    for (const word of ['correct horse', recoveryCode, recoveryCode.replaceAll('-', '')]) {
      expect([...holding(held.current.vault, word), ...holding(held.current.home, word)]).toEqual([]);
    }
  });

  test('is made anew under another home with its recovery code, and not with the one from before', async () => {
    const home = held.current.at('other-home');
    const rebuild = ['vault', 'rebuild', held.current.vault];
    const refused = await held.current.fails(12, [...rebuild, ...codeFile(lostCode)], { home });
    expect(refused).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    const rebuilt = await held.current.done('vault.rebuild', [...rebuild, ...codeFile(recoveryCode)], { home });
    expect(rebuilt).toMatchObject({ vault: { sealed: true }, sets: 2, incompleteSets: 0 });
  });

  test('opens its rescue program with its recovery code, and not with the one from before', async () => {
    const list = async (code: string) => (await held.current.rescue(['list', ...codeFile(code)])).status;
    expect([await list(lostCode), await list(recoveryCode)]).toEqual([12, 0]);
  });

  test('goes on under a new passphrase, set with the recovery code, and the old one opens it no longer', async () => {
    const fresh = held.current.secret('fresh', 'another one\n');
    const change = ['vault', 'passphrase', held.current.vault, '--new-passphrase-file', fresh];
    const refused = await held.current.fails(12, [...change, ...codeFile(lostCode)]);
    expect(refused).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    await held.current.done('vault.passphrase', [...change, ...codeFile(recoveryCode)]);
    const restore = ['restore', 'tree', join(held.tree(), `${SECRET}.txt`), '--to', held.current.at('after')];
    expect(await held.current.fails(12, [...restore, ...right])).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    await held.current.done('restore', [...restore, '--passphrase-file', fresh]);
    expect(readFileSync(held.current.at('after', held.tree(), `${SECRET}.txt`), 'utf8')).toContain(SECRET);
  });
});
