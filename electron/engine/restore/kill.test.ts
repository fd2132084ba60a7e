import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AT_FDCWD, setModified } from '../../platform/linux/index.ts';
import { programToStart } from '../../platform/testing/bundled-program.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { leftBehind, listTree } from './testing/tree-listing.ts';
import { asPath } from './testing/written-set.ts';

const program = await programToStart(join(import.meta.dirname, 'testing/fixtures/restore-once.ts'));

const run = async (folder: string, failpoint: string): Promise<{ killed: boolean; said: string; errors: string }> => {
  const env = { ...process.env, COLDFRAME_FAILPOINT: failpoint };
  const child = spawn(process.execPath, [program, folder, join(folder, 'to')], { env });
  const [said, errors, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { killed: signal === 'SIGKILL', said, errors };
};

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-kill-'));
  mkdirSync(folder, { recursive: true });
  return folder;
};

describe('a restore that is killed', () => {
  let whole: Map<string, string>;
  beforeAll(async () => {
    const folder = newFolder();
    await run(folder, '');
    whole = listTree(join(folder, 'to'));
    rmSync(folder, { recursive: true });
  });

  // The first passage of every place is killed where the command itself is run: these come later, the last with COLDFRAME_THOROUGH=1.
  const later = ['restore:after-create', 'restore:before-rename', 'restore:after-rename'].flatMap((place) =>
    process.env.COLDFRAME_THOROUGH === '1' ? [`${place}:9`, `${place}:20`] : [`${place}:9`],
  );
  test.each(everySecond([...later, 'restore:after-directories']))(
    'at %s shows no half-written file and is finished by the same restore',
    async (place) => {
      const folder = newFolder();
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const to = join(folder, 'to');
      expect((await run(folder, place)).killed).toBe(true);
      for (const [name, line] of listTree(to)) {
        if (name.includes('.coldframe-') || !line.startsWith('100000')) continue;
        // All but the names that the others are linked to: those come later.
        expect(line.replace(/ as .*/, ''), name).toBe(whole.get(name)?.replace(/ as .*/, ''));
      }
      const again = await run(folder, '');
      expect(again.errors).toBe('');
      expect(JSON.parse(again.said)).toMatchObject({ conflicts: 0, warnings: [] });
      expect(listTree(to)).toEqual(whole);
      expect(leftBehind(to)).toEqual([]);
    },
  );

  test('finishes by the same restore all but what was altered meanwhile, which it names', {}, async () => {
    const folder = newFolder();
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const to = join(folder, 'to');
    expect((await run(folder, 'restore:after-rename:20')).killed).toBe(true);
    const [name] = [...listTree(to)].find(([each, line]) => /f\d+$/.test(each) && line.startsWith('100000')) ?? [''];
    const path = join(to, name);
    const sound = readFileSync(path);
    const { mtimeNs } = statSync(path, { bigint: true });
    const altered = Buffer.from(sound);
    altered.writeUInt8(altered.readUInt8(10) ^ 1, 10);
    writeFileSync(path, altered);
    const time = { seconds: Number(mtimeNs / 1_000_000_000n), nanos: Number(mtimeNs % 1_000_000_000n) };
    setModified(AT_FDCWD, asPath(path), time);
    expect((await run(folder, '')).errors).toContain('One element exists');
    expect(readFileSync(path).equals(altered)).toBe(true);
    rmSync(path);
    expect((await run(folder, '')).errors).toBe('');
    expect(listTree(to)).toEqual(whole);
  });
});
