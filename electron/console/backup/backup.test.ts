import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { openCatalog } from '../../engine/catalog/index.ts';
import { randomId } from '../../platform/ids.ts';
import { catalogFile } from '../catalog-place.ts';
import { JobPicture } from '../pictures/job-picture.ts';
import { bytesOnTapes } from '../testing/vault-scene.ts';
import type { BackupOptions, JobControl, ProtectedObject } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-backup-'));
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

let root: string;
let home: string;
let vault: string;
let source: string;

beforeEach(async () => {
  root = fs.mkdtempSync(path.join(base, 'case-'));
  [home, vault, source] = ['home', 'vault', 'source'].map((name) => path.join(root, name)) as [string, string, string];
  fs.mkdirSync(home);
  fs.mkdirSync(source);
  await useCases.createVault({
    dir: vault,
    name: 'v',
    drives: 2,
    slots: 4,
    tapeBytes: 64 * 1024 * 1024,
    codec: 'zstd',
    passphrase: null,
  });
});

const objectOf = (folder: string, exclude: string[] = []): ProtectedObject => ({
  id: randomId(),
  name: path.basename(folder),
  kind: 'files',
  volumes: [],
  selection: {
    roots: [
      {
        pathBase64: Buffer.from(folder).toString('base64'),
        crossFileSystems: false,
      },
    ],
    unprotected: [],
    exclude,
  },
});

const jobControl = (
  signal = new AbortController().signal,
  report: JobControl['report'] = () => undefined,
): JobControl => ({
  signal,
  report,
  paused: new Int32Array(new SharedArrayBuffer(4)),
  onPauseChange: () => () => undefined,
  picture: new JobPicture(),
  paces: null,
  writes: () => undefined,
  onDone: () => undefined,
});

const backup = async (
  object: ProtectedObject,
  options: Partial<BackupOptions> = {},
  job = jobControl(),
): Promise<BlockSetSummary> => {
  const session = await useCases.openVaultSession(vault, {}, home);
  try {
    return (await useCases.runBackup(session, object, { level: 'auto', streams: null, resume: null, ...options }, job))
      .set;
  } finally {
    await session.close();
  }
};

/** Restores a set and gives what came back below the source, by name: content, link target, or null for a directory. */
const restored = async (set: BlockSetSummary): Promise<Record<string, string | null>> => {
  const to = fs.mkdtempSync(path.join(root, 'restored-'));
  const session = await useCases.openVaultSession(vault, {}, home);
  const pathIn = (text: string) => ({ path: text });
  try {
    await useCases.runRestore(
      session,
      {
        set: set.id,
        paths: [],
        to: pathIn(to),
        relativeTo: pathIn(source),
        onConflict: 'fail',
      } as unknown as Parameters<typeof useCases.runRestore>[1],
      jobControl(),
    );
  } finally {
    await session.close();
  }
  return contentsOf(to);
};

const contentsOf = (folder: string): Record<string, string | null> => {
  const found: Record<string, string | null> = {};
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const stat = fs.lstatSync(path.join(folder, name));
    if (stat.isDirectory()) found[name] = null;
    else if (stat.isSymbolicLink()) found[name] = fs.readlinkSync(path.join(folder, name));
    else found[name] = fs.readFileSync(path.join(folder, name), 'latin1');
  }
  return found;
};

const write = (name: string, content: string | Buffer): void => {
  fs.mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
  fs.writeFileSync(path.join(source, name), content);
};

/** Bytes that no codec shrinks. */
const noise = (size: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
};

const versions = async (): Promise<number> => {
  const { id } = await useCases.inspectVault(vault);
  const catalog = openCatalog(catalogFile(home, id), { readOnly: true });
  try {
    return Number(catalog.db.prepare('SELECT count(*) AS n FROM version').get()?.n);
  } finally {
    catalog.close();
  }
};

/** Lets the clock that stamps files move on, so that no file counts as changed at the time of the backup. */
const settle = (): void => {
  const old = new Date(Date.now() - 60_000);
  for (const name of fs.readdirSync(source, { recursive: true, encoding: 'utf8' }))
    fs.lutimesSync(path.join(source, name), old, old);
};

describe('backing up a file set', () => {
  test('a second backup of what did not change reads nothing, stores next to nothing and adds no version', {}, async () => {
    for (let file = 0; file < 50; file += 1) write(`d${file % 5}/f${file}`, `content ${file}`);
    const object = objectOf(source);
    const full = await backup(object);
    expect(full).toMatchObject({ level: 'full', parent: null, state: 'complete', elements: 56, warnings: [] });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await backup(object);
    const before = await versions();
    const again = await backup(object);
    expect(again).toMatchObject({
      level: 'incremental',
      bytesRead: 0,
      segments: 0,
      elements: 56,
      logicalBytes: full.logicalBytes,
    });
    expect(await versions()).toBe(before);
    expect(await restored(again)).toEqual(contentsOf(source));
  });

  test('of a large file only the changed segments are stored, and every set gives it as it was', async () => {
    const size = 5 * 1024 * 1024 + 100;
    write('large', noise(size, 1));
    const object = objectOf(source);
    const full = await backup(object);
    const first = contentsOf(source);
    const changed = Buffer.from(fs.readFileSync(path.join(source, 'large')));
    for (const segment of [0, 17, 80]) changed[segment * 65536 + 5] = (changed[segment * 65536 + 5] as number) ^ 255;
    write('large', changed);
    const second = await backup(object);
    expect(second.segments).toBe(3);
    expect(second.bytesStored).toBeLessThan(5 * 65536);
    expect(await restored(second)).toEqual(contentsOf(source));
    expect(await restored(full)).toEqual(first);
  });

  test('a file that was renamed or moved, and one that was only touched, store no content', async () => {
    write('a/one', noise(300_000, 2));
    write('b/two', noise(2_000_000, 3));
    settle();
    const object = objectOf(source);
    await backup(object);
    fs.renameSync(path.join(source, 'a/one'), path.join(source, 'b/moved'));
    fs.utimesSync(path.join(source, 'b/two'), 1, 1);
    const second = await backup(object);
    expect(second.segments).toBe(0);
    expect(second.bytesRead).toBe(2_300_000);
    expect(await restored(second)).toEqual(contentsOf(source));
  });

  test('removed, replaced and retyped elements are in each set as they were', async () => {
    write('gone/deep/file', 'x');
    write('file-to-folder', 'x');
    write('folder-to-file/inside', 'x');
    fs.symlinkSync('nowhere', path.join(source, 'link'));
    const object = objectOf(source);
    const full = await backup(object);
    const first = contentsOf(source);
    fs.rmSync(path.join(source, 'gone'), { recursive: true });
    fs.rmSync(path.join(source, 'file-to-folder'));
    write('file-to-folder/inside', 'y');
    fs.rmSync(path.join(source, 'folder-to-file'), { recursive: true });
    write('folder-to-file', 'y');
    fs.rmSync(path.join(source, 'link'));
    write('link', 'no link any more');
    const second = await backup(object);
    expect(await restored(second)).toEqual(contentsOf(source));
    expect(await restored(full)).toEqual(first);
  });

  test('a differential builds on the full set and holds all that changed since, whatever came between', async () => {
    write('kept', 'same');
    write('changed', 'before');
    const object = objectOf(source);
    const full = await backup(object);
    write('changed', 'between');
    write('short-lived', 'came and went');
    await backup(object);
    fs.rmSync(path.join(source, 'short-lived'));
    write('new', 'now');
    const differential = await backup(object, { level: 'differential' });
    expect(differential).toMatchObject({ level: 'differential', parent: full.id });
    expect(await restored(differential)).toEqual(contentsOf(source));
  });

  test('the names of a hard-linked file are all kept, and its content is stored once', async () => {
    write('first', noise(500_000, 4));
    fs.mkdirSync(path.join(source, 'd'));
    for (const name of ['second', 'd/third']) fs.linkSync(path.join(source, 'first'), path.join(source, name));
    const set = await backup(objectOf(source));
    expect(set.bytesRead).toBe(500_000);
    expect(await restored(set)).toEqual(contentsOf(source));
  });

  test('a large file that is hard-linked and longer than a part comes back under both names', {}, async () => {
    fs.truncateSync(
      fs.openSync(path.join(source, 'sparse'), 'w').toString() && path.join(source, 'sparse'),
      68 * 1024 * 1024,
    );
    const fd = fs.openSync(path.join(source, 'sparse'), 'r+');
    for (const at of [0, 64 * 1024 * 1024 - 3, 66 * 1024 * 1024]) fs.writeSync(fd, Buffer.from('island'), 0, 6, at);
    fs.closeSync(fd);
    fs.linkSync(path.join(source, 'sparse'), path.join(source, 'twin'));
    const set = await backup(objectOf(source));
    expect(set.bytesRead).toBeLessThan(1024 * 1024);
    const back = await restored(set);
    expect(back.sparse === contentsOf(source).sparse).toBe(true);
    expect(back.twin === back.sparse).toBe(true);
  });

  test('the vault and the home are never backed up into themselves', async () => {
    write('file', 'x');
    const set = await backup(objectOf(root));
    expect(set.warnings).toEqual([]);
    const { id } = await useCases.inspectVault(vault);
    const catalog = openCatalog(catalogFile(home, id), { readOnly: true });
    const paths = catalog.db
      .prepare('SELECT name FROM node')
      .all()
      .map(({ name }) => name);
    catalog.close();
    expect(paths).toContain(byteStringFromText('file'));
    expect(paths).not.toContain(byteStringFromText('library.json'));
    expect(paths).not.toContain(byteStringFromText('console.db'));
  });

  test('two backups at once share the drives: their chunks lie on the same tapes, and both come back', {}, async () => {
    const [one, other] = [path.join(source, 'one'), path.join(source, 'other')];
    for (const [index, folder] of [one, other].entries()) {
      fs.mkdirSync(folder);
      for (let file = 0; file < 3; file += 1)
        fs.writeFileSync(path.join(folder, `f${file}`), noise(9_000_000, 10 * index + file));
    }
    const sets = await Promise.all([backup(objectOf(one)), backup(objectOf(other))]);
    const [first, second] = sets;
    expect(sets.map(({ state }) => state)).toEqual(['complete', 'complete']);
    // How many chunks each drive takes is a matter of time; that they are shared is not.
    expect(first.tapes.filter((tape) => second.tapes.includes(tape))).not.toEqual([]);
    expect(new Set([...first.tapes, ...second.tapes]).size).toBe(2);
    expect(Object.keys(await restored(first)).sort()).toEqual(['one/f0', 'one/f1', 'one/f2', 'one'].sort());
  });

  test('a cancelled backup leaves earlier sets whole, and the next one uses what it left on tape', {}, async () => {
    write('small', 'first');
    const object = objectOf(source);
    const full = await backup(object);
    for (let file = 0; file < 12; file += 1) write(`f${file}`, noise(8_000_000, file + 100));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const abort = new AbortController();
    // What waits for a drive when it is cancelled is discarded.
    const job = jobControl(abort.signal, () => {
      if (bytesOnTapes(vault) > 12_000_000) abort.abort();
    });
    await expect(backup(object, {}, job)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await restored(full)).toMatchObject({ small: 'first' });
    const after = await backup(object);
    expect(after.bytesRead).toBeLessThan(12 * 8_000_000);
    expect(await restored(after)).toEqual(contentsOf(source));
  });

  test('a tape that was cut, lost or put back from an older copy is nothing to build on: its content is stored again', {}, async () => {
    for (let file = 0; file < 3; file += 1) write(`f${file}`, noise(2_000_000, file + 7));
    const object = objectOf(source);
    const first = await backup(object, { streams: 1 });
    const older = path.join(root, 'older');
    fs.cpSync(vault, older, { recursive: true });
    write('new', 'later');
    await backup(object, { streams: 1 });
    fs.rmSync(vault, { recursive: true });
    fs.renameSync(older, vault);
    const set = await backup(object, { streams: 1 });
    expect(set.warnings.map(({ code, path: tape }) => [code, tape])).toEqual([
      ['LIBRARY_OLDER', vault],
      ['TAPE_LOST', 'CF0001'],
    ]);
    expect(set).toMatchObject({ level: 'incremental', parent: first.id });
    expect(await restored(set)).toEqual(contentsOf(source));
    fs.truncateSync(path.join(vault, 'tapes', 'CF0001L8.tap'), 3_000_000);
    const after = await backup(object, { streams: 1 });
    expect(after.level).toBe('full');
    expect(await restored(after)).toEqual(contentsOf(source));
  });

  test('a vault that another home wrote to since is not written to from a catalog that does not know', async () => {
    write('file', 'x');
    const object = objectOf(source);
    await backup(object);
    const older = path.join(root, 'older-home');
    fs.cpSync(home, older, { recursive: true });
    write('file', 'y');
    await backup(object);
    home = older;
    await expect(backup(object)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    await useCases.runRebuild(vault, {}, home, jobControl());
    const set = await backup(object);
    expect(set.level).toBe('incremental');
    expect(await restored(set)).toEqual(contentsOf(source));
  });
});

describe('roots that lie beneath other roots', () => {
  const rooted = (...names: string[]): ProtectedObject => {
    const object = objectOf(source, ['skip']);
    const roots = names.map((name) => ({
      pathBase64: Buffer.from(path.join(source, name)).toString('base64'),
      crossFileSystems: false,
    }));
    return { ...object, selection: { ...object.selection, roots } };
  };

  test('are in the next set as they are, whether anything in them changed or not', async () => {
    write('outer/file', 'outer');
    write('outer/inner/file', 'inner');
    write('outer/skip/kept/file', 'kept');
    write('outer/skip/left', 'left out');
    const object = rooted('outer', 'outer/inner', 'outer/skip/kept');
    await backup(object);
    fs.utimesSync(path.join(source, 'outer/inner/file'), 1e9, 1e9);
    const set = await backup(object);
    const back = await restored(set);
    expect(Object.values(back).filter((content) => content !== null)).toEqual(['outer', 'inner', 'kept']);
    const again = await restored(await backup(object));
    expect(again).toEqual(back);
  });

  test('stay as they were when a folder on the way to them is gone, as roots that are missing do', async () => {
    write('outer/file', 'outer');
    write('outer/way/inner/file', 'inner');
    write('outer/way/gone', 'gone');
    const object = rooted('outer', 'outer/way/inner');
    await backup(object);
    fs.rmSync(path.join(source, 'outer/way'), { recursive: true });
    const set = await backup(object);
    expect(set.warnings.map(({ path: at }) => at)).toEqual([path.join(source, 'outer/way/inner')]);
    // The folder on the way is still there, for what is in it.
    expect([set.elements, Number(set.logicalBytes)]).toEqual([5, 10]);
    expect(Object.keys(await restored(set)).filter((name) => /file|gone/.test(name))).toEqual([
      'outer/file',
      'outer/way/inner/file',
    ]);
  });
});
