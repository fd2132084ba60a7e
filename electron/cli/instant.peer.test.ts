import { randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { digestOf, readAt } from './testing/image-files.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { flipByte, tapeFiles } from './testing/tape-files.ts';
import { answerOf, type Ending, Workplace } from './testing/workplace.ts';

const MIB = 1024 * 1024;
const SEGMENT = 65_536;
const SIZE = 40 * MIB;

describeWithPeers('block sets that are served', ['qemu-io', 'nbdcopy', 'nbdinfo', 'qemu-img'], () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes | null = null;
  const sets: string[] = [];

  const serve = async (...names: string[]): Promise<ServedVolumes> => {
    served = await serveVolumes(place, place.at('set.sock'), names);
    return served;
  };
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    served?.child.kill(signal);
    const ending = await served?.ended;
    served = null;
    return ending;
  };
  const io = async (uri: string, ...commands: string[]): Promise<string> => {
    const all = commands.flatMap((command) => ['-c', command]);
    const { stdout, stderr } = await runPeer('qemu-io', ['-f', 'raw', ...all, uri]);
    return stdout + stderr;
  };
  const reading = async (uri: string, ...commands: string[]): Promise<string> => {
    const all = commands.flatMap((command) => ['-c', command]);
    const { stdout, stderr } = await runPeer('qemu-io', ['-r', '-f', 'raw', ...all, uri]);
    return stdout + stderr;
  };
  const copied = async (uri: string, name: string): Promise<string> => {
    await peerOutput('nbdcopy', [uri, place.at(name)]);
    return digestOf(place.at(name));
  };
  const same = async (uri: string, image: string): Promise<void> =>
    expect(await peerOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', uri, image])).toContain('identical');
  const restored = async (set: string): Promise<string> => {
    const file = place.at(`${set}.img`);
    if (!existsSync(file)) await place.done('restore', ['restore', set, '--to', file]);
    return file;
  };
  /** Digests and times of all that lies in the vault. */
  const vaultState = (): string[] =>
    readdirSync(place.vault, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => `${file} ${statSync(file).mtimeMs} ${digestOf(file)}`)
      .toSorted();

  beforeAll(async () => {
    place = new Workplace();
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault, '--drives', '1']);
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', String(SIZE)]);
    await place.done('object.add', ['object', 'add', 'machine', '--vault', place.vault, '--volume', 'disk']);
    const { uri, child, ended } = await serveVolumes(place, place.at('nbd.sock'), ['disk']);
    writeFileSync(place.at('random'), randomBytes(20 * MIB));
    await peerOutput('qemu-img', [
      'convert',
      '-n',
      '-f',
      'raw',
      '-O',
      'raw',
      '-S',
      '0',
      place.at('random'),
      uri('disk'),
    ]);
    const backup = async () => sets.push((await place.done('backup', ['backup', 'machine'])).set.id);
    await backup();
    expect(await io(uri('disk'), 'write -P 0x44 64k 64k', 'write -P 0x55 35M 4k')).not.toContain('failed');
    await backup();
    const scattered = Array.from({ length: 20 }, (_, at) => `write -P ${at + 1} ${at * MIB + 300_000} 5000`);
    expect(await io(uri('disk'), ...scattered, 'discard 10M 2M', 'write -P 0x66 36M 3M')).not.toContain('failed');
    await backup();
    child.kill('SIGTERM');
    await ended;
  });

  afterEach(async () => {
    await end();
  });

  afterAll(async () => {
    await close();
    place.remove();
  });

  test('every set of a chain reads as the image that is restored from it', async () => {
    const { uri } = await serve(...sets.map((set) => `set/${set}`));
    for (const set of sets) await same(uri(`set/${set}`), await restored(set));
    expect((await end())?.status).toBe(0);
  });

  test('clients see a disk that can only be read, with its holes', async () => {
    const name = `set/${sets[2]?.slice(0, 8)}`;
    const { uri } = await serve(name);
    const info = JSON.parse(await peerOutput('nbdinfo', ['--json', uri(name)]));
    expect(info.exports[0]).toMatchObject({ 'export-size': SIZE, is_read_only: true, can_multi_conn: true });
    const map = JSON.parse(await peerOutput('nbdinfo', ['--json', '--map', uri(name)]));
    const holes = map.filter(({ type }: { type: number }) => type === 3);
    expect(holes).toContainEqual({ offset: 10 * MIB, length: 2 * MIB, type: 3, description: 'hole,zero' });
    expect(holes.at(-1)).toMatchObject({ offset: 39 * MIB, length: MIB });
    expect(await io(uri(name), 'write 0 4k')).toMatch(/read-only|not permitted|Permission/i);
    const { exports } = await place.done('volume.served', ['volume', 'served']);
    expect(exports).toMatchObject([{ export: name, readOnly: true, failures: [] }]);
    await end();
  });

  test('reads may be of any place and length', async () => {
    const name = `set/${sets[2]?.slice(0, 8)}`;
    const { uri } = await serve(name);
    const image = await restored(sets[2] ?? '');
    const places = Array.from({ length: 300 }, (_, at) => (at * 7_368_787 + 511) % (SIZE - 70_000));
    const commands = places.map((offset, at) => `read -v ${offset} ${(at % 40) + 1}`);
    const said = await reading(uri(name), ...commands);
    const lines = said.split('\n').filter((line) => /^[0-9a-f]{8,}:/.test(line));
    const got = places.map((_, at) => {
      const own = lines.splice(0, Math.ceil(((at % 40) + 1) / 16)).map((line) => line.replace(/^[0-9a-f]+: +/, ''));
      return own
        .flatMap((line) => line.split(' ').slice(0, 16))
        .slice(0, (at % 40) + 1)
        .join('');
    });
    const want = places.map((offset, at) => readAt(image, offset, (at % 40) + 1).toString('hex'));
    expect(got).toEqual(want);
    await end();
  });

  test('several clients are served at once while the next backup and a merge run', async () => {
    const { uri } = await serve('disk', `set/${sets[1]}`);
    const want = digestOf(await restored(sets[1] ?? ''));
    expect(await io(uri('disk'), 'write -P 0x71 5M 4M', 'write -P 0x72 25M 4M')).not.toContain('failed');
    const clients = ['one', 'two', 'three'].map(async (name) => await copied(uri(`set/${sets[1]}`), name));
    const { set } = await place.done('backup', ['backup', 'machine']);
    const merged = place.done('merge', ['merge', 'machine']);
    const more = copied(uri(`set/${sets[1]}`), 'four');
    expect(await Promise.all([...clients, more])).toEqual([want, want, want, want]);
    expect((await merged).merged).toBe(true);
    expect(set.bytesRead).toBe(8 * MIB);
    await end();
  });

  test('the vault stays free for others, and nothing in it is written', async () => {
    const before = vaultState();
    const { uri } = await serve(`set/${sets[2]}`);
    const image = await restored(sets[2] ?? '');
    await same(uri(`set/${sets[2]}`), image);
    expect(vaultState()).toEqual(before);
    const other = place.at('other-home');
    await place.done('vault.open', ['vault', 'open', place.vault], { home: other });
    expect(await place.done('verify', ['verify', 'machine'], { home: other })).toMatchObject({ damaged: [] });
    await same(uri(`set/${sets[2]}`), image);
    await end();
  });

  test('a tape that is missing costs its blocks until it is back', async () => {
    const [tape = ''] = tapeFiles(place.vault);
    renameSync(tape, place.at('away'));
    const { uri } = await serve(`set/${sets[2]}`);
    const address = uri(`set/${sets[2]}`);
    const said = await reading(address, 'read 0 4k', `read -P 0 ${SIZE - MIB} 4k`);
    expect(said).toMatch(/read failed: Input\/output error/);
    expect(said).toContain(`read 4096/4096 bytes at offset ${SIZE - MIB}`);
    renameSync(place.at('away'), tape);
    await same(address, await restored(sets[2] ?? ''));
    const ending = await end();
    const { failures } = answerOf<{ failures: { code: string; message: string }[] }>(ending as never, 13);
    expect(failures[0]).toMatchObject({ code: 'BLOCKS_DAMAGED', message: expect.stringContaining('on tape CF0001') });
  });

  test('what is no set, no volume of one or no overlay of it is refused', async () => {
    const socket = ['--socket', place.at('no.sock')];
    const fails = async (status: number, ...args: string[]) =>
      await place.fails(status, ['volume', 'serve', ...args, ...socket]);
    expect(await fails(10, 'set/ffffffffffff')).toMatchObject({ code: 'NO_SUCH_SET' });
    expect(await fails(10, `set/${sets[0]}/nobody`)).toMatchObject({ code: 'NO_SUCH_PATH' });
    expect(await fails(2, 'set/a/b/c')).toMatchObject({ code: 'USAGE' });
    expect(await fails(2, 'disk', '--writable')).toMatchObject({ code: 'USAGE' });
    writeFileSync(place.at('precious'), 'precious');
    expect(await fails(2, `set/${sets[0]}`, '--overlay', place.at('precious'))).toMatchObject({
      code: 'OVERLAY_FOREIGN',
    });
    expect(readFileSync(place.at('precious'), 'utf8')).toBe('precious');
  });

  describe('with a private overlay', () => {
    test('are written to by several clients, and are as they were in the end', async () => {
      const name = `set/${sets[2]}`;
      const { uri } = await serve(name, '--writable');
      const expected = place.at('expected.img');
      copyFileSync(await restored(sets[2] ?? ''), expected);
      expect(await io(uri(name), 'write -P 0x31 1M 1M', 'write -P 0x32 5000 3', 'write -z 8M 100k')).not.toContain(
        'failed',
      );
      expect(await io(uri(name), 'discard 13M 4M', 'write -P 0x33 39M 1M', 'flush')).not.toContain('failed');
      fill(expected, 0x31, MIB, MIB);
      fill(expected, 0x32, 5000, 3);
      fill(expected, 0, 8 * MIB, 102_400);
      fill(expected, 0, 13 * MIB, 4 * MIB);
      fill(expected, 0x33, 39 * MIB, MIB);
      await same(uri(name), expected);
      const map = JSON.parse(await peerOutput('nbdinfo', ['--json', '--map', uri(name)]));
      expect(map).toContainEqual({ offset: 13 * MIB, length: 4 * MIB, type: 3, description: 'hole,zero' });
      await end();
      expect(readdirSync(join(place.home, 'volumes', 'overlays'))).toEqual([]);
      const plain = await serve(name);
      await same(plain.uri(name), await restored(sets[2] ?? ''));
      await end();
    });
  });

  describe('a damaged chunk of one', () => {
    const PIECES = 24;
    let vault: string;
    let set = '';

    beforeAll(async () => {
      vault = place.at('damaged-vault');
      await place.done('vault.create', ['vault', 'create', vault, '--codec', 'none']);
      await place.done('volume.create', ['volume', 'create', 'pieces', '--size', '32MiB']);
      await place.done('object.add', ['object', 'add', 'pieces', '--vault', vault, '--volume', 'pieces']);
      const { uri } = await serve('pieces');
      const writes = Array.from({ length: PIECES }, (_, at) => `write -P ${at + 1} ${at}M 1M`);
      expect(await io(uri('pieces'), ...writes)).not.toContain('failed');
      set = (await place.done('backup', ['backup', 'pieces'])).set.id;
      await end();
    });

    test('gives errors for the blocks that it holds and for no other, and is named', async () => {
      const [tape = ''] = tapeFiles(vault);
      const shown = await place.done('tape.show', ['tape', 'show', 'CF0001', '--vault', vault]);
      const chunks = shown.chunks.filter(({ kind }) => kind === 'data');
      expect(chunks.length).toBeGreaterThan(1);
      const [{ offset, bytes, sequence } = { offset: 0, bytes: 0, sequence: 0 }] = chunks;
      flipByte(tape, offset + Math.floor(bytes / 2));
      const { uri } = await serve(`set/${set}`);
      const step = SEGMENT / 1024;
      const reads = Array.from(
        { length: (PIECES * MIB) / SEGMENT },
        (_, at) => `read -P ${Math.floor((at * SEGMENT) / MIB) + 1} ${at * step}k ${step}k`,
      );
      const said = await reading(uri(`set/${set}`), ...reads);
      const good = said.match(/^read 65536\/65536 bytes/gm)?.length ?? 0;
      const bad = said.match(/^read failed: Input\/output error/gm)?.length ?? 0;
      expect(said).not.toContain('Pattern verification failed');
      expect(good + bad).toBe((PIECES * MIB) / SEGMENT);
      // A unit is the smallest thing that is checked as a whole: at most 1 MiB, of which at most two lie in a piece of the volume.
      expect(bad).toBeGreaterThan(0);
      expect(bad).toBeLessThanOrEqual(16);
      const ending = (await end()) as Ending;
      const { failures } = answerOf<{ failures: { code: string; message: string; export: string }[] }>(ending, 13);
      expect(failures).toHaveLength(1);
      expect(failures[0]).toMatchObject({ code: 'BLOCKS_DAMAGED', export: `set/${set}` });
      expect(failures[0]?.message).toContain(`chunk ${sequence} of set ${set} on tape CF0001`);
      expect(ending.stderr).toContain('"event":"failed"');
    });

    test('can be written over in an overlay, whole blocks of it without reading them', async () => {
      const { uri } = await serve(`set/${set}`, '--writable');
      const address = uri(`set/${set}`);
      expect(await io(address, `write -P 0x77 0 ${PIECES}M`)).not.toContain('failed');
      await peerOutput('nbdcopy', [address, place.at('healed.img')]);
      const piece = Buffer.alloc(MIB, 0x77);
      for (let at = 0; at < PIECES; at += 1)
        expect(readAt(place.at('healed.img'), at * MIB, MIB).equals(piece)).toBe(true);
      expect((await end())?.status).toBe(0);
    });
  });

  test('a sealed one takes the passphrase, and the right one', async () => {
    const vault = place.at('sealed-vault');
    const right = ['--passphrase-file', place.secret('right', 'correct horse')];
    const wrong = ['--passphrase-file', place.secret('wrong', 'battery staple')];
    await place.done('vault.create', ['vault', 'create', vault, ...right]);
    await place.done('volume.create', ['volume', 'create', 'sealed', '--size', '16MiB']);
    await place.done('object.add', ['object', 'add', 'sealed', '--vault', vault, '--volume', 'sealed']);
    const live = await serve('sealed');
    expect(await io(live.uri('sealed'), 'write -P 0x51 1M 9M')).not.toContain('failed');
    const { set } = await place.done('backup', ['backup', 'sealed', ...right]);
    await end();
    const name = `set/${set.id}`;
    const refused = ['volume', 'serve', name, '--socket', place.at('no.sock')];
    expect(await place.fails(12, refused)).toMatchObject({ code: 'PASSPHRASE_MISSING' });
    expect(await place.fails(12, [...refused, ...wrong])).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    const { uri } = await serve(name, ...right);
    const copy = await copied(uri(name), 'copy.img');
    await end();
    await place.done('restore', ['restore', set.id, '--to', place.at('unsealed.img'), ...right]);
    expect(copy).toBe(digestOf(place.at('unsealed.img')));
  });

  describe('by a process that is killed', () => {
    // What is killed is the process that holds the home.
    beforeAll(() => close());

    test('leaves nothing to repair', async () => {
      const before = vaultState();
      const { uri } = await serve(`set/${sets[2]}`, '--writable');
      expect(await io(uri(`set/${sets[2]}`), 'write -P 0x21 5M 1M')).not.toContain('failed');
      const overlays = join(place.home, 'volumes', 'overlays');
      expect(readdirSync(overlays)).toHaveLength(1);
      const copying = runPeer('nbdcopy', [uri(`set/${sets[2]}`), place.at('cut.img')]);
      await expect.poll(() => existsSync(place.at('cut.img')), { interval: 10 }).toBe(true);
      await end('SIGKILL');
      await copying;
      expect(vaultState()).toEqual(before);
      expect(await place.done('verify', ['verify', 'machine'])).toMatchObject({ damaged: [] });
      const again = await serve(`set/${sets[2]}`);
      await same(again.uri(`set/${sets[2]}`), await restored(sets[2] ?? ''));
      expect(existsSync(overlays)).toBe(false);
      await end();
    });

    test('leaves what was written to an overlay that has a name, for this set alone', async () => {
      const name = `set/${sets[0]}`;
      const file = place.at('changes');
      const first = await serve(name, '--overlay', file);
      expect(await io(first.uri(name), 'write -P 0x41 3M 64k', 'write -P 0x42 38M 1k')).not.toContain('failed');
      await end();
      const second = await serve(name, '--overlay', file);
      expect(
        await io(second.uri(name), 'read -P 0x41 3M 64k', 'read -P 0x42 38M 1k', 'read -P 0 38913k 4k'),
      ).not.toMatch(/failed/i);
      expect(await io(second.uri(name), 'write -P 0x43 4M 64k', 'flush', 'write -P 0x44 5M 64k')).not.toContain(
        'failed',
      );
      const busy = ['volume', 'serve', name, '--overlay', file, '--socket', place.at('no.sock')];
      expect(await place.fails(2, busy)).toMatchObject({ code: 'OVERLAY_IN_USE' });
      await end('SIGKILL');
      const third = await serve(name, '--overlay', file);
      expect(await io(third.uri(name), 'read -P 0x41 3M 64k', 'read -P 0x43 4M 64k')).not.toMatch(/failed/i);
      await end();
      const other = ['volume', 'serve', `set/${sets[1]}`, '--overlay', file, '--socket', place.at('no.sock')];
      expect(await place.fails(2, other)).toMatchObject({ code: 'OVERLAY_FOREIGN' });
    });
  });
});

/** Writes one byte over a run of a file. */
const fill = (path: string, byte: number, offset: number, length: number): void => {
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(length, byte), 0, length, offset);
  closeSync(fd);
};
