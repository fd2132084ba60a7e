import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { startTgt, TGT_PEERS, type TgtLibrary } from '../platform/testing/tgt.ts';
import { describeAsRoot, expectRestored } from './testing/as-root.ts';
import { answerOf, Workplace } from './testing/workplace.ts';

describeAsRoot('a job with a changer of which a drive fails', TGT_PEERS, () => {
  let tgt: TgtLibrary;
  let place: Workplace;
  let source: string;

  beforeAll(async () => {
    place = new Workplace();
    tgt = await startTgt({
      drives: 3,
      spare: 3,
      barcodes: ['CF0001L8', 'CF0002L8', 'CF0003L8', 'CF0004L8', 'CF0005L8'],
    });
    source = place.newFolder('source');
    for (let file = 0; file < 4; file += 1) writeFileSync(place.at('source', `file ${file}`), randomBytes(6_000_000));
    const devices = ['--changer', tgt.changer, ...tgt.drives.flatMap((drive) => ['--drive', drive])];
    await place.done('vault.create', ['vault', 'create', place.vault, '--codec', 'none', ...devices]);
    await place.done('object.add', ['object', 'add', 'files', '--vault', place.vault, '--files', source]);
    // Slow enough for the drive to fail in the middle.
    await place.done('settings.set', ['limit', 'add', '--from', '00:00', '--to', '00:00', '--vault', '20MB']);
  }, 60_000);
  afterAll(async () => {
    await tgt?.stop();
    place?.remove();
  });

  const ofDrive = (op: string, ...more: string[]) =>
    tgt.admin('--mode', 'logicalunit', '--op', op, '--tid', '1', '--lun', '1', ...more);
  /** What lies in a drive is used there: from empty ones a job begins with the first. */
  const emptyDrives = async (): Promise<void> => {
    for (const drive of ['1', '2', '3']) await place.done('library.unload', ['library', 'unload', place.vault, drive]);
  };
  /** Has a drive let go of its tape once so much more was written to all tapes. */
  const failAfter = async (bytes: number): Promise<void> => {
    const size = () =>
      readdirSync(tgt.folder).reduce(
        (sum, name) => sum + (name.endsWith('L8') ? statSync(join(tgt.folder, name)).size : 0),
        0,
      );
    const before = size();
    while (size() < before + bytes) await sleep(5);
    ofDrive('update', '--params', 'online=0');
  };

  test('in the middle goes on with the other one by itself, and says so', async () => {
    const { ended } = place.start(['backup', 'files', '--level', 'full', '--streams', '1']);
    const image = join(tgt.folder, 'CF0001L8');
    const size = () => (existsSync(image) ? statSync(image).size : 0);
    while (size() < 8_000_000) await sleep(5);
    ofDrive('update', '--params', 'online=0');
    const { set } = answerOf<OutputOf<'backup'>>(await ended, 3);
    expect(set).toMatchObject({ state: 'complete', elements: 5 });
    expect(set.warnings).toMatchObject([{ path: 'CF0001', message: expect.stringMatching(/^drive 1 failed/) }]);
    await expectRestored(place, source, (out) => place.done('restore', ['restore', set.id, '--to', out]));
  });

  test('in the middle of a restore costs nothing: the tape is read on in the other one', async () => {
    await emptyDrives();
    await expectRestored(place, source, async (out) => {
      const { child, ended } = place.start(['restore', 'files', '--to', out]);
      // Three folders, and what is restored first.
      while (readdirSync(out, { recursive: true }).length < 4) await sleep(1);
      child.kill('SIGSTOP');
      ofDrive('update', '--params', 'online=0');
      child.kill('SIGCONT');
      const { restored, warnings, mounts, damaged } = answerOf<OutputOf<'restore'>>(await ended, 3);
      expect({ restored, damaged }).toEqual({ restored: 5, damaged: [] });
      expect(warnings).toMatchObject([
        { message: expect.stringMatching(/^drive 1 failed, and the rest .* in drive 2/) },
      ]);
      expect(mounts.find(({ tape }) => tape === warnings[0]?.path)).toMatchObject({ drive: 2, count: 2 });
    });
  });

  test('in the middle of a backup of volumes goes on with another one', async () => {
    const image = place.at('disk.img');
    const content = randomBytes(24 << 20);
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '24MiB', '--file', image]);
    writeFileSync(image, content);
    await place.done('object.add', ['object', 'add', 'machine', '--vault', place.vault, '--volume', 'disk']);
    await emptyDrives();
    const { ended } = place.start(['backup', 'machine', '--level', 'full', '--streams', '1']);
    await failAfter(8_000_000);
    const { set } = answerOf<OutputOf<'backup'>>(await ended, 3);
    expect(set).toMatchObject({ state: 'complete', level: 'full', elements: 1 });
    expect(set.warnings).toMatchObject([{ message: expect.stringMatching(/^drive 1 failed with tape/) }]);
    await place.done('restore', ['restore', set.id, '--to', place.at('restored.img')]);
    expect(readFileSync(place.at('restored.img')).equals(content)).toBe(true);
  });

  test('in the middle of a merge goes on with another one', async () => {
    writeFileSync(place.at('source', 'file 1'), randomBytes(100_000));
    await place.run(['backup', 'files']);
    await emptyDrives();
    const { ended } = place.start(['merge', 'files']);
    await failAfter(8_000_000);
    const { set } = answerOf<OutputOf<'merge'>>(await ended, 3);
    expect(set).toMatchObject({ state: 'complete', level: 'synthetic' });
    expect(set.warnings).toMatchObject([{ message: expect.stringMatching(/^drive 1 failed with tape/) }]);
    await expectRestored(place, source, (out) => place.done('restore', ['restore', set.id, '--to', out]));
  });

  test('from the beginning is written in the other one', async () => {
    writeFileSync(place.at('source', 'one more'), randomBytes(100_000));
    await emptyDrives();
    ofDrive('delete');
    const { set } = answerOf<OutputOf<'backup'>>(await place.run(['backup', 'files']), 3);
    expect(set).toMatchObject({ state: 'complete', level: 'incremental' });
    expect(set.warnings).toMatchObject([{ message: expect.stringMatching(/^drive 1 failed/) }]);
  });
});
