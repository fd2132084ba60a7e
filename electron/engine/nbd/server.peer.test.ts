import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../../platform/testing/run-peer.ts';
import { readPskFile } from './psk.ts';
import { Serving } from './testing/serving.ts';

const MIB = 1 << 20;
const SIZE = 24 * MIB;
let serving: Serving;
afterEach(async () => await serving.end());

/** Content with holes, data and blocks that are alike. */
const sample = (): Buffer => {
  const content = Buffer.alloc(SIZE);
  randomFillSync(content, MIB, 3 * MIB);
  content.fill(7, 10 * MIB, 11 * MIB + 333);
  randomFillSync(content, SIZE - 5000, 5000);
  return content;
};

const ways = process.platform === 'linux' ? [false, true] : [true];
describe.each(ways)('served to peers (with Node’s sockets: %s)', (portable) => {
  let disk: string;
  beforeEach(async () => {
    serving = await Serving.start({ portable });
    disk = serving.image('disk', SIZE);
  });

  describeWithPeers('libnbd', ['nbdinfo', 'nbdcopy'], () => {
    it('tells what it is', async () => {
      serving.image('other', MIB, true);
      const all = JSON.parse(await peerOutput('nbdinfo', ['--json', '--list', serving.uri('')])) as NbdInfo;
      expect(all.exports.map((one) => one['export-name'])).toEqual(['disk', 'other']);
      expect(all).toMatchObject({ protocol: 'newstyle-fixed', TLS: false, structured: true });
      expect(all.exports[0]).toMatchObject({
        contexts: ['base:allocation'],
        'export-size': SIZE,
        is_read_only: false,
        can_cache: true,
        can_df: true,
        can_fast_zero: true,
        can_flush: true,
        can_fua: true,
        can_multi_conn: true,
        can_trim: true,
        can_zero: true,
        block_size_minimum: 1,
        block_size_preferred: 4096,
        block_size_maximum: 32 * MIB,
      });
      expect(all.exports[1]).toMatchObject({ is_read_only: true, can_trim: false, can_zero: false });
    });

    it('is copied there and back, over several connections at once', async () => {
      const content = sample();
      writeFileSync(serving.path('in'), content);
      await peerOutput('nbdcopy', ['--flush', serving.path('in'), serving.uri('disk')]);
      expect(Buffer.compare(readFileSync(disk), content)).toBe(0);
      for (const size of ['262144', '16777216']) {
        await peerOutput('nbdcopy', [`--request-size=${size}`, serving.uri('disk'), serving.path('out')]);
        expect(Buffer.compare(readFileSync(serving.path('out')), content)).toBe(0);
      }
      const inLarge = ['--request-size=16777216', '--allocated', serving.path('in'), serving.uri('disk')];
      await peerOutput('nbdcopy', inLarge);
      expect(Buffer.compare(readFileSync(disk), content)).toBe(0);
      expect(serving.server.status()[0]?.counters.errors).toBe(0);
    });

    it.runIf(process.platform === 'linux')('maps its holes', async () => {
      writeFileSync(disk, Buffer.alloc(MIB, 1), { flag: 'r+' });
      const map = JSON.parse(await peerOutput('nbdinfo', ['--map', '--json', serving.uri('disk')])) as object[];
      expect(map).toMatchObject([
        { offset: 0, length: MIB, type: 0 },
        { offset: MIB, length: SIZE - MIB, type: 3 },
      ]);
    });
  });

  describeWithPeers('qemu', ['qemu-img', 'qemu-io'], () => {
    const io = async (...commands: string[]): Promise<string> =>
      await peerOutput('qemu-io', ['-f', 'raw', ...commands.flatMap((one) => ['-c', one]), serving.uri('disk')]);

    it('is converted to, compared with, and mapped', async () => {
      writeFileSync(serving.path('in'), sample());
      await peerOutput('qemu-img', [
        'convert',
        '-n',
        '-f',
        'raw',
        '-O',
        'raw',
        serving.path('in'),
        serving.uri('disk'),
      ]);
      const compared = ['compare', '-f', 'raw', '-F', 'raw', serving.path('in'), serving.uri('disk')];
      expect(await peerOutput('qemu-img', compared)).toContain('identical');
      const map = JSON.parse(
        await peerOutput('qemu-img', ['map', '--output=json', '-f', 'raw', serving.uri('disk')]),
      ) as {
        start: number;
        length: number;
      }[];
      expect(map.reduce((end, run) => (run.start === end ? end + run.length : Number.NaN), 0)).toBe(SIZE);
    });

    it('keeps patterns, zeroes and discards, durably where that is asked', async () => {
      const said = await io(
        'write -P 0xab 1000 300000',
        'write -f -P 0x11 4M 64k',
        'write -z 100k 50k',
        'write -z -u 4M 4k',
        'discard 8M 1M',
        'read -P 0xab 1000 101400',
        'read -P 0 100k 50k',
        'read -P 0xab 150k 100k',
        'read -P 0 4M 4k',
        'read -P 0x11 4100k 60k',
        'aio_write -P 0x22 12M 1M',
        'aio_write -P 0x33 13M 1M',
        'aio_flush',
        'read -P 0x22 12M 1M',
        'read -P 0x33 13M 1M',
        'flush',
      );
      expect(said).not.toMatch(/Pattern verification failed|error/i);
      const content = readFileSync(disk);
      expect([content[999], content[1000], content[102_400], content[4 * MIB], content[4 * MIB + 4096]]).toEqual([
        0, 0xab, 0, 0, 0x11,
      ]);
    });

    it('is not written to when it is read-only', async () => {
      serving.image('frozen', MIB, true);
      const refused = await runPeer('qemu-io', ['-f', 'raw', '-c', 'write 0 512', serving.uri('frozen')]);
      expect(refused.stderr + refused.stdout).toMatch(/read-only|permi/i);
      expect(
        await peerOutput('qemu-io', ['-r', '-f', 'raw', '-c', 'read -P 0 0 512', serving.uri('frozen')]),
      ).toContain('512');
    });
  });

  describeWithPeers('fio', ['fio'], () => {
    it('verifies what it wrote at random, trimmed and read back, with several jobs', async () => {
      const job = [
        '--ioengine=nbd',
        `--uri=${serving.uri('disk')}`,
        '--iodepth=8',
        '--bsrange=512-16k',
        '--blockalign=512',
      ];
      job.push(
        '--verify=crc32c',
        '--verify_state_save=0',
        '--verify_fatal=1',
        '--io_size=3m',
        '--size=8m',
        '--randrepeat=0',
      );
      job.push('--name=one', '--rw=randrw', '--offset=0', '--name=two', '--rw=randrw', '--offset=8m');
      // Each block is trimmed, then written; a read of it later has to find what was written.
      job.push('--name=three', '--rw=randtrimwrite', '--offset=16m', '--bs=4k');
      const done = await runPeer('fio', [...job, '--output-format=json']);
      expect(`${done.status} ${done.stderr}`).toMatch(/^0 /);
      const { jobs } = JSON.parse(done.stdout.slice(done.stdout.indexOf('\n{'))) as {
        readonly jobs: { readonly trim: { total_ios: number } }[];
      };
      expect(jobs.map(({ trim }) => trim.total_ios > 0)).toEqual([false, false, true]);
      expect(serving.server.status()[0]?.counters).toMatchObject({ errors: 0 });
    });
  });
});

interface NbdInfo {
  readonly exports: readonly (Record<string, unknown> & { readonly 'export-name': string })[];
}

describeWithPeers('libnbd with TLS', ['nbdinfo', 'nbdcopy'], () => {
  const keys = (name: string, text: string): string => {
    writeFileSync(serving.path(name), text, { mode: 0o600 });
    return serving.path(name);
  };
  const uriFor = (port: number, file: string, scheme = 'nbds'): string =>
    `${scheme}://ada@127.0.0.1:${port}/disk?tls-psk-file=${file}`;

  beforeEach(() => {
    serving = new Serving({});
  });

  it('copies with the key, and is told nothing with another key or none', async () => {
    const disk = serving.image('disk', SIZE);
    const right = keys('right', `# one user\nada:${'5a'.repeat(32)}\n`);
    const wrong = keys('wrong', `ada:${'00'.repeat(32)}\n`);
    const at = await serving.server.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, { keys: readPskFile(right) });
    const port = at.kind === 'tcp' ? at.port : 0;
    const content = sample();
    writeFileSync(serving.path('in'), content);
    await peerOutput('nbdcopy', [serving.path('in'), uriFor(port, right)]);
    expect(Buffer.compare(readFileSync(disk), content)).toBe(0);
    const info = JSON.parse(await peerOutput('nbdinfo', ['--json', uriFor(port, right)])) as { TLS: boolean };
    expect(info.TLS).toBe(true);
    for (const uri of [uriFor(port, wrong), `nbd://127.0.0.1:${port}/disk`]) {
      const refused = await runPeer('nbdinfo', ['--json', uri]);
      expect(refused.status).not.toBe(0);
      expect(refused.stdout).not.toContain(String(SIZE));
    }
    const list = await runPeer('nbdinfo', ['--list', `nbd://127.0.0.1:${port}`]);
    expect(list.stdout + list.stderr).not.toContain('disk');
  });
});
