import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { listTree } from '../engine/restore/testing/tree-listing.ts';
import { noise, VaultScene } from './testing/vault-scene.ts';

const MIB = 1 << 20;
let scene: VaultScene;
let older: { library: Buffer; tape: Buffer };

const library = (): string => path.join(scene.vault, 'library.json');
const codes = (set: { warnings: readonly { code: string }[] }): string[] => set.warnings.map(({ code }) => code);

describe('a library that was put back from before the last tape', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1, tapeBytes: 32 * MIB });
    scene.write('first', noise(9 * MIB, 1));
    await scene.backup();
    older = { library: fs.readFileSync(library()), tape: fs.readFileSync(scene.tapeFile('CF0001')) };
    scene.write('second', noise(27 * MIB, 2));
    await scene.backup();
    fs.writeFileSync(library(), older.library);
    scene.write('third', 'small');
  });

  test('is brought in line with the tapes, says so once, and what is then written can be restored', async () => {
    const set = await scene.backup();
    expect(set).toMatchObject({ level: 'incremental', state: 'complete' });
    expect(codes(set)).toEqual(['LIBRARY_OLDER', 'TAPE_ADOPTED']);
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    scene.write('third', 'changed');
    expect(codes(await scene.backup())).toEqual([]);
  });

  test('builds on nothing that an older tape put back beside it does not hold', async () => {
    fs.writeFileSync(scene.tapeFile('CF0001'), older.tape);
    const set = await scene.backup();
    expect(codes(set)).toContain('TAPE_LOST');
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
  });

  test('gives no new tape the name of one that the catalog has chunks on and that is away', async () => {
    fs.rmSync(scene.tapeFile('CF0002'));
    const set = await scene.backup();
    expect(codes(set)).toEqual(expect.arrayContaining(['TAPE_MISSING', 'TAPE_LOST']));
    const lost = set.warnings.find((warning) => warning.code === 'TAPE_LOST');
    expect([lost?.path, lost?.message]).toEqual(['CF0002', expect.stringContaining('the tape is not here, and set')]);
    expect(lost?.message).toContain(set.parent === null ? 'full instead' : `builds on set ${set.parent.slice(0, 8)}`);
    expect(fs.existsSync(scene.tapeFile('CF0002'))).toBe(false);
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
  });
});
