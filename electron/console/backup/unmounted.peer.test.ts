import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setId } from '../../../shared/units.ts';
import { list, openCatalog } from '../../engine/catalog/index.ts';
import { randomId } from '../../platform/ids.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { catalogFile } from '../catalog-place.ts';
import { quiet } from '../testing/vault-scene.ts';
import type { BackupOptions, ProtectedObject } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const job = quiet();

describeWithPeers('a disk that is not mounted when a backup is made', ['mount', 'umount'], () => {
  let top: string;
  const mounted: string[] = [];
  const at = (name: string) => path.join(top, name);
  const mount = (name: string) => {
    execFileSync('mount', ['-t', 'tmpfs', 'none', at(name)]);
    mounted.push(at(name));
  };
  const unmount = (name: string) => {
    execFileSync('umount', [at(name)]);
    mounted.splice(mounted.indexOf(at(name)), 1);
  };
  beforeEach(async () => {
    top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-unmounted-')));
    for (const name of ['home', 'a', 'm/b']) fs.mkdirSync(at(name), { recursive: true });
    fs.writeFileSync(at('a/file'), 'a');
    const vault = {
      name: 'v',
      drives: 1,
      slots: 2,
      tapeBytes: 64 * 1024 * 1024,
      codec: 'zstd',
      passphrase: null,
    } as const;
    await useCases.createVault({ dir: at('vault'), ...vault });
  });
  afterEach(() => {
    for (const place of mounted.splice(0).reverse()) execFileSync('umount', [place]);
    fs.rmSync(top, { recursive: true, force: true });
  });

  const objectOf = (names: string[], crossFileSystems = false): ProtectedObject => ({
    id: randomId(),
    name: 'o',
    kind: 'files',
    volumes: [],
    selection: {
      roots: names.map((name) => ({ pathBase64: Buffer.from(at(name)).toString('base64'), crossFileSystems })),
      unprotected: [],
      exclude: [],
    },
  });
  /** Backs up, and gives the set's warnings by code and path, its counts, and what it holds. */
  const backup = async (object: ProtectedObject, level: BackupOptions['level'] = 'auto') => {
    const session = await useCases.openVaultSession(at('vault'), {}, at('home'));
    const { id: vault } = session.info;
    try {
      const { set } = await useCases.runBackup(session, object, { level, streams: null, resume: null }, job);
      const catalog = openCatalog(catalogFile(at('home'), vault), { readOnly: true });
      const held = [...list(catalog, setId(set.id), top as never, { recursive: true })];
      catalog.close();
      return {
        warnings: set.warnings.map(({ code, path: of }) => [code, path.relative(top, of)]),
        elements: set.elements,
        bytes: Number(set.logicalBytes),
        holds: held.map(({ path: of }) => path.relative(top, of)),
      };
    } finally {
      await session.close();
    }
  };
  /** Four elements: `m` is only on the way. */
  const KEPT = { elements: 4, bytes: 12 };
  const ALL = ['a', 'a/file', 'm', 'm/b', 'm/b/file'];

  test('leaves what it holds in the set, with a warning, until it is back', async () => {
    mount('m/b');
    fs.writeFileSync(at('m/b/file'), 'on the disk');
    const object = objectOf(['a', 'm/b']);
    expect(await backup(object)).toMatchObject({ warnings: [], holds: ALL });
    unmount('m/b');
    for (let time = 1; time <= 2; time += 1)
      expect(await backup(object)).toMatchObject({ ...KEPT, warnings: [['NOT_MOUNTED', 'm/b']], holds: ALL });
    fs.writeFileSync(at('m/b/stray'), 'written meanwhile');
    expect(await backup(object)).toMatchObject({ warnings: [['NOT_MOUNTED', 'm/b']], holds: ALL });
    mount('m/b');
    fs.writeFileSync(at('m/b/other'), 'on the disk');
    expect(await backup(object)).toMatchObject({ warnings: [], holds: ['a', 'a/file', 'm', 'm/b', 'm/b/other'] });
  });

  test('fails the backup when nothing else was selected', async () => {
    mount('m/b');
    fs.writeFileSync(at('m/b/file'), 'on the disk');
    const object = objectOf(['m/b']);
    await backup(object);
    unmount('m/b');
    await expect(backup(object)).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
    await expect(backup(object, 'full')).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
  });

  test('is so too where it is mounted below a root', async () => {
    mount('m/b');
    fs.writeFileSync(at('m/b/file'), 'on the disk');
    const object = objectOf(['a', 'm'], true);
    await backup(object);
    unmount('m/b');
    expect(await backup(object)).toMatchObject({ warnings: [['NOT_MOUNTED', 'm/b']], holds: ALL });
  });

  test('is missed by every backup after a full one without it, until it is back or no longer selected', async () => {
    for (const name of ['m/b', 'a/in']) {
      fs.mkdirSync(at(name), { recursive: true });
      mount(name);
      fs.writeFileSync(at(`${name}/file`), 'on a disk');
    }
    const roots = (...names: string[]) => objectOf(names, true);
    const object = { ...roots('a', 'm/b'), id: randomId() };
    await backup(object);
    for (const name of ['a/in', 'm/b']) unmount(name);
    const warnings = ['a/in', 'm/b'].map((name) => ['NOT_MOUNTED', name]);
    const holds = ['a', 'a/file', 'a/in'];
    for (const level of ['full', 'auto', 'full', 'auto'] as const)
      expect(await backup(object, level)).toMatchObject({ warnings, holds });
    fs.rmdirSync(at('a/in'));
    fs.rmdirSync(at('m/b'));
    for (const level of ['auto', 'full'] as const)
      expect(new Set((await backup(object, level)).warnings)).toEqual(new Set(warnings));
    for (const name of ['a/in', 'm/b']) fs.mkdirSync(at(name));
    expect(await backup({ ...object, selection: roots('a').selection })).toMatchObject({
      warnings: [['NOT_MOUNTED', 'a/in']],
    });
    expect(await backup(object)).toMatchObject({ warnings: [['NOT_MOUNTED', 'a/in']] });
    mount('a/in');
    expect(await backup(object)).toMatchObject({ warnings: [] });
    expect(await backup(object, 'full')).toMatchObject({ warnings: [] });
  });

  test('is missed too once a full backup took what lies in the folder without it, and that is kept up to date', async () => {
    mount('m/b');
    fs.writeFileSync(at('m/b/file'), 'on the disk');
    const object = objectOf(['a', 'm/b']);
    await backup(object);
    unmount('m/b');
    fs.writeFileSync(at('m/b/moved'), 'no disk needed');
    const holds = ['a', 'a/file', 'm', 'm/b', 'm/b/moved'];
    expect(await backup(object, 'full')).toMatchObject({ warnings: [['NOT_MOUNTED', 'm/b']], holds });
    fs.writeFileSync(at('m/b/more'), 'no disk needed');
    holds.splice(4, 0, 'm/b/more');
    expect(await backup(object)).toMatchObject({ warnings: [['NOT_MOUNTED', 'm/b']], holds });
    expect(await backup({ ...object, selection: objectOf(['a']).selection })).toMatchObject({ warnings: [] });
    expect(await backup(object)).toMatchObject({ warnings: [], holds });
  });

  test('is suspected where a root that held something is empty and on another device', async () => {
    fs.writeFileSync(at('m/b/file'), 'in the folder');
    const object = objectOf(['a', 'm/b']);
    await backup(object);
    mount('m/b');
    expect(await backup(object)).toMatchObject({ warnings: [['NOT_MOUNTED', 'm/b']], holds: ALL });
  });

  test('is not suspected where a folder is emptied', async () => {
    mount('m/b');
    for (const name of ['a/file', 'm/b/file']) fs.writeFileSync(at(name), 'content');
    const object = objectOf(['a', 'm/b']);
    await backup(object);
    for (const name of ['a/file', 'm/b/file']) fs.rmSync(at(name));
    expect(await backup(object)).toMatchObject({ warnings: [], holds: ['a', 'm', 'm/b'] });
  });

  test('one below a root that is not entered is named, and is no warning', async () => {
    mount('m/b');
    fs.writeFileSync(at('m/b/file'), 'on the disk');
    const told = { count: 1, first: [at('m/b')] };
    const options = { level: 'auto', streams: null, resume: null } as const;
    const session = await useCases.openVaultSession(at('vault'), {}, at('home'));
    try {
      const plan = await useCases.planBackup(session, objectOf(['m']), options, job);
      expect(plan).toMatchObject({ notEntered: told, leftOut: [{ rule: 'mounts', elements: 1 }], warnings: [] });
      const { set, notEntered } = await useCases.runBackup(session, objectOf(['m']), options, job);
      expect([notEntered, set.warnings]).toEqual([told, []]);
      const crossing = await useCases.runBackup(session, objectOf(['m'], true), options, job);
      expect(crossing).toMatchObject({ notEntered: { count: 0 }, set: { elements: set.elements + 1 } });
    } finally {
      await session.close();
    }
  });
});
