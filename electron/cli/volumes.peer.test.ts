import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

describeWithPeers('volumes from the command line', ['qemu-io', 'nbdinfo', 'nbdcopy', 'cmp'], () => {
  let place: Workplace;
  let served: ServedVolumes;
  const socket = () => place.at('nbd.sock');
  const io = async (name: string, ...commands: string[]): Promise<string> =>
    await peerOutput('qemu-io', [
      '-f',
      'raw',
      ...(name.includes('@') ? ['-r'] : []),
      ...commands.flatMap((command) => ['-c', command]),
      served.uri(name),
    ]);
  const maps = async (...more: string[]) => await place.done('volume.maps', ['volume', 'maps', 'disk', ...more]);

  beforeAll(async () => {
    place = new Workplace();
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '64MiB']);
    served = await serveVolumes(place, socket(), ['disk']);
  });

  afterAll(async () => {
    served.child.kill('SIGTERM');
    await served.ended;
    place.remove();
  });

  test('a frozen image stays as it was while the volume is written to, and the maps say what was', async () => {
    await io('disk', 'write -P 0x11 0 1M');
    const { snapshot } = await place.done('snapshot.create', ['snapshot', 'create', 'disk']);
    const frozen = `disk@${snapshot.id.slice(0, 12)}`;
    await io('disk', 'write -P 0x22 64k 64k', 'write -P 0x33 1M 4k', 'write -z 128k 64k');

    expect(await io('disk', 'read -P 0x22 64k 64k', 'read -P 0 128k 64k')).not.toContain('failed');
    expect(await io(frozen, 'read -P 0x11 0 1M', 'read -P 0 1M 64k')).not.toContain('failed');
    expect((await maps()).snapshot).toEqual({
      segments: 3,
      runs: [
        [1, 2],
        [16, 1],
      ],
      more: false,
    });
    const { volume } = await place.done('volume.show', ['volume', 'show', 'disk']);
    expect(volume.exports.map(({ export: name, readOnly }) => [name, readOnly])).toEqual([
      ['disk', false],
      [frozen, true],
    ]);

    const refused = await runPeer('qemu-io', ['-f', 'raw', '-c', 'write 0 4k', served.uri(frozen)]);
    expect(refused.stdout + refused.stderr).toMatch(/read-only|denied/i);
  });

  test('a snapshot and the maps outlive a console that is killed', async () => {
    const [held] = (await place.done('snapshot.list', ['snapshot', 'list'])).snapshots;
    const before = await maps();
    served.child.kill('SIGKILL');
    await served.ended;
    expect(await maps()).toEqual(before);
    served = await serveVolumes(place, socket(), ['disk']);
    const frozen = `disk@${held?.id.slice(0, 12)}`;
    expect(await io(frozen, 'read -P 0x11 0 1M')).not.toContain('failed');
    await io('disk', 'write -P 0x44 0 64k');
    expect(await io(frozen, 'read -P 0x11 0 1M')).not.toContain('failed');
    expect((await maps()).snapshot.runs).toEqual([
      [0, 3],
      [16, 1],
    ]);
  });

  test('clients see what changed between two snapshots, and what is protected', async () => {
    const [first] = (await place.done('snapshot.list', ['snapshot', 'list'])).snapshots;
    await place.done('volume.protect', [
      'volume',
      'protect',
      'disk',
      '--ranges',
      place.secret('ranges', '# swap\n160 32\n'),
    ]);
    const { snapshot } = await place.done('snapshot.create', ['snapshot', 'create', 'disk']);
    const frozen = served.uri(`disk@${snapshot.id.slice(0, 12)}`);
    const dirty = `coldframe:dirty:${first?.checkpoint.slice(0, 12)}`;
    const runs = async (context: string): Promise<[number, number, number][]> =>
      (
        JSON.parse(await peerOutput('nbdinfo', ['--json', `--map=${context}`, frozen])) as {
          offset: number;
          length: number;
          type: number;
        }[]
      ).map(({ offset, length, type }) => [offset / 65_536, length / 65_536, type]);
    expect(await runs(dirty)).toEqual([
      [0, 3, 1],
      [3, 13, 0],
      [16, 1, 1],
      [17, 1007, 0],
    ]);
    expect(await runs('coldframe:protected')).toEqual([
      [0, 10, 1],
      [10, 2, 0],
      [12, 1012, 1],
    ]);
    expect((await maps('--since', first?.checkpoint ?? '')).backup.segments).toBe(4);
  });

  test('what is released is no longer served, and its clients are told', async () => {
    const { snapshots } = await place.done('snapshot.list', ['snapshot', 'list']);
    for (const { id } of snapshots) await place.done('snapshot.release', ['snapshot', 'release', id]);
    const gone = await runPeer('nbdinfo', [served.uri(`disk@${snapshots[0]?.id.slice(0, 12)}`)]);
    expect(gone.status).not.toBe(0);
    expect((await place.done('volume.show', ['volume', 'show', 'disk'])).volume.exports).toHaveLength(1);
  });

  test('a disk is copied in and out whole', async () => {
    const image = place.at('random.img');
    await peerOutput('sh', ['-c', `head -c 64M /dev/urandom > ${image}`]);
    await peerOutput('nbdcopy', [image, served.uri('disk')]);
    await peerOutput('nbdcopy', [served.uri('disk'), place.at('copy.img')]);
    await peerOutput('cmp', [image, place.at('copy.img')]);
    expect((await maps()).snapshot.segments).toBe(1024);
  });

  test('impossible wishes are refused, and say why', async () => {
    await expect(place.fails(2, ['volume', 'create', 'disk', '--size', '1MiB'])).resolves.toMatchObject({
      code: 'VOLUME_EXISTS',
    });
    await expect(place.fails(2, ['volume', 'create', 'odd', '--size', '1000'])).resolves.toMatchObject({
      code: 'USAGE',
    });
    await expect(
      place.fails(2, ['volume', 'create', 'odd', '--size', '1MiB', '--segment', '5000']),
    ).resolves.toMatchObject({ code: 'USAGE' });
    await expect(place.fails(10, ['volume', 'adopt', 'gone', '--file', place.at('nothing')])).resolves.toMatchObject({
      code: 'NO_SUCH_PATH',
    });
    await expect(place.fails(10, ['volume', 'show', 'nobody'])).resolves.toMatchObject({ code: 'NO_SUCH_VOLUME' });
    await expect(place.fails(2, ['volume', 'remove', 'disk'])).resolves.toMatchObject({ code: 'VOLUME_IN_USE' });
    await expect(place.fails(2, ['volume', 'serve', 'disk', '--listen', '0.0.0.0:0'])).resolves.toMatchObject({
      code: 'USAGE',
    });
    await expect(place.fails(1, ['snapshot', 'create', 'disk', '--pre', 'exit 3'])).resolves.toMatchObject({
      code: 'HOOK_FAILED',
    });
    await expect(
      place.fails(2, ['volume', 'protect', 'disk', '--ranges', place.secret('bad', '1 2\nx\n')]),
    ).resolves.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Line 2'),
    });
  });

  test('hooks run before and after, the second one also when there is no snapshot', async () => {
    const log = place.at('hooks');
    const say = (word: string): string => `echo ${word} >> ${log}`;
    await place.done('snapshot.create', ['snapshot', 'create', 'disk', '--pre', say('before'), '--post', say('after')]);
    await place.fails(1, ['snapshot', 'create', 'disk', '--pre', 'false', '--post', say('after all')]);
    expect(await peerOutput('cat', [log])).toBe('before\nafter\nafter all\n');
  });
});
