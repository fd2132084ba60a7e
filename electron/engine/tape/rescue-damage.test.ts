import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bare,
  expectRestored,
  file,
  folder,
  fresh,
  many,
  oneSet,
  rescue,
  rescues,
  restore,
  stageRescues,
  text,
  vaultFolder,
} from './testing/rescue-stage.ts';
import { TestTape, TestVault, WrittenSet } from './testing/rescue-tapes.ts';

stageRescues();

describe('tapes of which something is lost', () => {
  it('reads a tape that was not unmounted', () => {
    const elements = many('/m', 20, 40_000);
    const { tape } = oneSet(elements, {}, new TestVault('s'));
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 's');
    const done = restore(vaultFolder([tape.bytes]), ['latest', '--passphrase-file', passphrase]);
    expect(done).toMatchObject({ status: 0, restored: 20 });
    expectRestored(done.to, elements);
  });

  it('uses the whole copy of a chunk that was cut by the end of a tape', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const elements = many('/m', 40, 60_000);
    const set = new WrittenSet({ name: 'documents', elements });
    const chunks = set.dataChunks();
    const cut = chunks.pop();
    if (!cut) throw new Error('no chunk');
    for (const chunk of chunks) set.places.push(tapeA.write(chunk));
    const before = tapeA.size;
    tapeA.write(cut);
    set.places.push(tapeB.write(cut));
    for (const chunk of set.metadataChunks()) tapeB.write(chunk);
    const bytes = tapeA.bytes.subarray(0, before + 300);
    const vaultDir = vaultFolder([bytes, tapeB.unmount()]);
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 40 });
    expect(rescue(['verify', '--tapes', vaultDir]).status).toBe(0);
  });

  it('reads a tape cut at any byte: what is whole, and never anything wrong', () => {
    const elements = many('/m', 6, 50_000);
    const { tape } = oneSet(elements, { chunk: 100_000, codec: 'none' });
    const whole = tape.unmount().bytes;
    const last = tape.places.at(-1)?.end ?? 0;
    const cuts = [
      0,
      3,
      50,
      200,
      900,
      ...Array.from({ length: 12 }, (_, i) => Math.floor((whole.length * (i + 1)) / 13)),
      last - 1,
      last,
      whole.length - 5,
    ];
    const places = cuts.map(() => fresh());
    const runs = rescues(
      cuts.map((cut, i) => [
        'restore',
        '--tapes',
        vaultFolder([whole.subarray(0, cut)]),
        'latest',
        '--to',
        places[i] as string,
        '--salvage',
        '--json',
      ]),
    );
    for (const [i, { status, stdout, result }] of runs.entries()) {
      const cut = cuts[i] as number;
      expect([0, 3, 10, 13], `cut at ${cut}: ${stdout}`).toContain(status);
      expect(result.error?.code).not.toBe('INTERNAL');
      if (cut >= last) expect([0, 3]).toContain(status);
      for (const element of elements) {
        const place = path.join(places[i] as string, String(element.path));
        if (fs.existsSync(place)) expectRestored(places[i] as string, [element]);
      }
    }
  });

  it('survives any flipped byte: what it gives out is right, and the rest is named', () => {
    const elements = many('/m', 12, 20_000);
    const { tape } = oneSet(elements, { chunk: 60_000, metadataUnit: 500, metadataUnits: 3 });
    const whole = tape.unmount().bytes;
    const random = (i: number) => createHash('sha256').update(String(i)).digest();
    const cases = Array.from({ length: process.env.COLDFRAME_THOROUGH === '1' ? 24 : 12 }, (_, i) => ({
      at: random(i).readUInt32LE(0) % whole.length,
      to: fresh(),
    }));
    const runs = rescues(
      cases.map(({ at, to }) => {
        const broken = Buffer.from(whole);
        broken[at] = (broken[at] as number) ^ 0x55;
        return ['restore', '--tapes', vaultFolder([broken]), 'latest', '--to', to, '--json'];
      }),
    );
    for (const [i, { status, stdout, result }] of runs.entries()) {
      const { at, to } = cases[i] as (typeof cases)[number];
      expect([0, 3, 10, 13], `byte ${at}: ${stdout}`).toContain(status);
      if (result.error) continue;
      const lost = new Set(result.lost.map(({ path: name }) => name));
      expect(lost.size).toBeLessThan(6);
      expectRestored(
        to,
        elements.filter((element) => !lost.has(String(element.path))),
      );
    }
  });

  it('names the elements that a damaged chunk costs', () => {
    const elements = many('/m', 12, 50_000);
    const { tape, set } = oneSet(elements, { chunk: 200_000, codec: 'none', unit: 50_100 });
    const bytes = tape.unmount().bytes;
    const place = tape.places[1];
    if (!place) throw new Error('no chunk');
    bytes[place.end - 20_000] = 0x55 ^ (bytes[place.end - 20_000] as number);
    const vaultDir = vaultFolder([bytes]);
    const done = restore(vaultDir);
    expect([done.status, done.restored, done.lost.length]).toEqual([13, 11, 1]);
    const verified = rescue(['verify', '--tapes', vaultDir, '--json']);
    expect(verified.status).toBe(13);
    expect(JSON.parse(verified.stdout).damaged).toMatchObject([
      { tape: 'CF0001', chunk: 1, set: set.hex, elements: [done.lost[0]?.path] },
    ]);
    const salvaged = restore(vaultDir, ['latest', '--salvage']);
    expect(salvaged).toMatchObject({ status: 13, partial: [{ path: `${done.lost[0]?.path}.partial` }] });
  });

  it('finds its way through foreign junk', () => {
    const elements = many('/m', 20, 50_000);
    const { tape } = oneSet(elements, { chunk: 200_000 });
    const bytes = tape.bytes;
    const second = tape.places[2]?.offset ?? 0;
    const junk = Buffer.concat([randomBytes(70_001), Buffer.alloc(5001), Buffer.from('CFCHUNK1')]);
    const vaultDir = vaultFolder([Buffer.concat([bytes.subarray(0, second), junk, bytes.subarray(second), junk])]);
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 0, restored: 20 });
    fs.symlinkSync('/nowhere', path.join(vaultDir, 'tapes/CF0009L8.tap'));
    expect(restore(vaultDir)).toMatchObject({ restored: 20 });
    const front = vaultFolder([Buffer.concat([junk, bytes]), junk]);
    expect(restore(front)).toMatchObject({ status: 0, restored: 20 });
    expect(rescue(['list', '--tapes', vaultFolder([junk])]).status).toBe(10);
  });

  it('salvages from the chunk indexes when the metadata is lost', () => {
    const elements = [...many('/m', 20, 50_000), file('/large', text(700_000)), folder('/d')];
    const { tape } = oneSet(elements, { chunk: 200_000 });
    const metadata = tape.places.find(({ plan }) => plan.kind === 'metadata')?.offset;
    const vaultDir = vaultFolder([tape.bytes.subarray(0, metadata)]);
    const refused = restore(vaultDir, ['latest']);
    expect([refused.status, refused.error?.code]).toEqual([13, 'TAPE_DAMAGED']);
    expect(refused.error?.guidance).toContain('--salvage');
    const done = restore(vaultDir, ['latest', '--salvage']);
    expect([done.status, done.restored]).toEqual([13, 21]);
    expectRestored(done.to, elements.slice(0, 21));
  });

  it('finds what has a damaged header by the directory, also in a salvage', () => {
    const elements = many('/m', 6, 50_000);
    const { tape } = oneSet(elements, { chunk: 100_000, codec: 'none' });
    const { bytes } = tape.unmount();
    const first = bytes.indexOf('CFCHUNK1');
    bytes[first + 40] = (bytes[first + 40] ?? 0) ^ 1;
    for (const options of [[], ['--salvage']]) {
      const done = restore(vaultFolder([bytes]), ['latest', ...options]);
      expect(done).toMatchObject({ status: 0, restored: 6, lost: [] });
      expectRestored(done.to, elements);
    }
  });

  it('shows names of files that would steer a terminal', () => {
    const dir = vaultFolder([oneSet([file('/file', text(900))]).tape.unmount()]);
    fs.writeFileSync(path.join(dir, 'tapes/w\x1b[31m\u202e.tap'), 'nothing');
    expect(rescue(['list', '--tapes', dir], bare).stderr).toMatch(/w\\x1b\[31m\\u202e\.tap is not a tape/);
  });
});
