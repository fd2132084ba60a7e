import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

let scene: VaultScene;
const library = (): string => path.join(scene.vault, 'library.json');

describe('a vault without a library', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
    scene.write('file', 'one');
    await scene.backup();
  });

  test('says how to make it anew, and works again when that was asked for', async () => {
    fs.rmSync(library());
    await expect(scene.rebuild()).rejects.toMatchObject({
      code: 'NO_SUCH_VAULT',
      guidance: expect.stringContaining('--recover-library'),
    });
    expect(await useCases.recoverLibrary(scene.vault, scene.access)).toBe(true);
    expect(await scene.rebuild()).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
    scene.write('file', 'two');
    const next = await scene.backup();
    expect(next.level).toBe('incremental');
    expect(listTree(await scene.restore(next))).toEqual(listTree(scene.source));
    expect((await scene.verify(null)).unlisted).toEqual([]);
  });

  test('is left without one by whoever cannot open it, so that the next one is told what was guessed', async () => {
    const sealed = await VaultScene.make({ passphrase: 'open sesame' });
    sealed.write('file', 'one');
    await sealed.backup();
    fs.rmSync(path.join(sealed.vault, 'library.json'));
    const before = fs.readdirSync(sealed.vault).sort();
    for (const [access, code] of [
      [{}, 'PASSPHRASE_MISSING'],
      [{ passphrase: 'open' }, 'PASSPHRASE_WRONG'],
    ] as const)
      await expect(useCases.recoverLibrary(sealed.vault, access)).rejects.toMatchObject({ code });
    expect(fs.readdirSync(sealed.vault).sort()).toEqual(before);
    expect(await useCases.recoverLibrary(sealed.vault, sealed.access)).toBe(true);
    expect(await sealed.rebuild()).toMatchObject({ sets: 1, warnings: [] });
  });

  test('keeps a damaged one beside the new one', async () => {
    fs.writeFileSync(library(), '{');
    await expect(scene.rebuild()).rejects.toMatchObject({ code: 'VAULT_DAMAGED', kind: 'damaged' });
    expect(await useCases.recoverLibrary(scene.vault, scene.access)).toBe(true);
    const kept = fs.readdirSync(scene.vault).filter((name) => name.startsWith('library.json.damaged-'));
    expect(kept.map((name) => fs.readFileSync(path.join(scene.vault, name), 'utf8'))).toEqual(['{']);
    expect(await scene.rebuild()).toMatchObject({ sets: 1, warnings: [] });
  });

  test('is never given one in place of what can be read, or what a newer version wrote', async () => {
    const before = fs.readFileSync(library(), 'utf8');
    expect(await useCases.recoverLibrary(scene.vault, scene.access)).toBe(false);
    expect(fs.readFileSync(library(), 'utf8')).toBe(before);
    const newer = JSON.stringify({ ...(JSON.parse(before) as object), version: 99 });
    fs.writeFileSync(library(), newer);
    await expect(useCases.recoverLibrary(scene.vault, scene.access)).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' });
    expect(fs.readFileSync(library(), 'utf8')).toBe(newer);
  });

  test('says of a tape without a tail that something is cut off at its end: nobody else knows', async () => {
    scene.write('more', noise(400_000, 7));
    await scene.backup();
    const tape = scene.tapeFile('CF0001');
    fs.truncateSync(tape, fs.statSync(tape).size - 200_000);
    fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
    fs.rmSync(library());
    await useCases.recoverLibrary(scene.vault, scene.access);
    const { warnings } = await scene.rebuild(scene.folder('bare'));
    expect(warnings.map(({ path: at }) => at)).toContain('CF0001');
  });

  test.each([0, -1])('gives new tapes no names that missing tapes may have: tape %i is away', async (at) => {
    await useCases.labelTapes(scene.vault, ['CF0002L8'], 'scratch');
    const tapes = path.join(scene.vault, 'tapes');
    const shelved = fs.readdirSync(tapes).sort();
    expect(shelved).toEqual(['CF0001L8.tap', 'CF0002L8.tap']);
    const away = shelved.at(at) as string;
    fs.renameSync(path.join(tapes, away), path.join(scene.root, 'away'));
    fs.rmSync(library());
    await useCases.recoverLibrary(scene.vault, scene.access);
    const barcodes = (await useCases.listTapes(scene.vault)).map(({ barcode }) => `${barcode}.tap`);
    expect(barcodes).toHaveLength(8);
    expect(barcodes).not.toContain(away);
    fs.renameSync(path.join(scene.root, 'away'), path.join(tapes, away));
    expect(await scene.rebuild()).toMatchObject({ sets: 1, incompleteSets: 0 });
  });
});
