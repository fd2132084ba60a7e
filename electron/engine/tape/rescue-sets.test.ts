import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  expectRestored,
  file,
  folder,
  fresh,
  many,
  oneSet,
  RESCUE,
  rescue,
  restore,
  stageRescues,
  text,
  vaultFolder,
} from './testing/rescue-stage.ts';
import { type TestElement, TestTape, TestVault, WrittenSet, writeSets } from './testing/rescue-tapes.ts';

stageRescues();

describe('sets and tapes', () => {
  it('spans tapes, interleaves sets and takes tapes in any order', () => {
    const vault = new TestVault();
    const tapes = ['CF0001', 'CF0002', 'CF0003'].map((volume) => new TestTape(vault, volume));
    const [one, two] = [many('/one', 60, 60_000), many('/two', 30, 90_000)];
    const sets = [
      new WrittenSet({ name: 'one', elements: one, metadataUnit: 700, metadataUnits: 2, createdAt: 1000 }),
      new WrittenSet({ name: 'two', elements: two, codec: 'none', createdAt: 2000 }),
    ];
    writeSets(tapes, sets);
    for (const tape of tapes) tape.unmount();
    const vaultDir = vaultFolder([...tapes].reverse());
    for (const [name, elements] of [
      ['one', one],
      ['two', two],
    ] as const) {
      const done = restore(vaultDir, [name]);
      expect(done).toMatchObject({ status: 0, restored: elements.length });
      expectRestored(done.to, elements);
    }
    expect(rescue(['verify', '--tapes', vaultDir]).status).toBe(0);

    const without = path.join(vaultDir, 'tapes', 'CF0002L8.tap');
    fs.rmSync(without);
    const partly = restore(vaultDir, ['one']);
    expect(partly.status).toBe(13);
    expect(partly.missingTapes).toEqual(['CF0002']);
    expect(partly.restored + partly.lost.length).toBe(one.length);
    expect(partly.lost.every(({ why }) => why.includes('CF0002'))).toBe(true);
    const lost = new Set(partly.lost.map(({ path: name }) => name));
    expectRestored(
      partly.to,
      one.filter((element) => !lost.has(String(element.path))),
    );
    expect(lost.size).toBeGreaterThan(5);
    expect(lost.size).toBeLessThan(50);

    const listed = () => JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    expect(listed()).toMatchObject([
      { object: 'two', complete: false, missingTapes: ['CF0002'] },
      {
        object: 'one',
        complete: false,
        missingTapes: ['CF0002'],
        problem: `${lost.size} elements lack content without tape CF0002`,
      },
    ]);
    // Erased: the tape is there under the same name, and what the sets had on it is not.
    fs.writeFileSync(without, new TestTape(vault, 'CF0002').unmount().bytes);
    const [, gone] = listed();
    expect(gone).toMatchObject({ object: 'one', complete: false, missingTapes: [] });
    expect(gone.problem).toBe(`${lost.size} elements lack content that is on none of these tapes`);
  });

  it('puts increments together: removed, replaced, changed in part', () => {
    const vault = new TestVault('s');
    const tape = new TestTape(vault, 'CF0001');
    const big = text(900_000);
    const full = new WrittenSet({
      name: 'documents',
      createdAt: 1000,
      elements: [
        folder('/a'),
        file('/a/big', big),
        file('/a/old', text(100)),
        folder('/gone'),
        file('/gone/x', text(5)),
        file('/same', text(77)),
        folder('/kind'),
        file('/kind/child', text(3)),
        file('/again', text(9)),
      ],
    });
    writeSets([tape], [full]);
    const kept = full.extentsAt('/a/big').filter((extent) => extent.start !== 131_072);
    const change = randomBytes(131_072);
    const first = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: full,
      createdAt: 2000,
      removed: ['/gone', '/kind', '/again'],
      elements: [
        file('/a/big', Buffer.alloc(0), {
          size: 900_000,
          content: [...kept.map((located) => ({ located })), { start: 131_072, bytes: change }],
        }),
        file('/new', text(55)),
        file('/kind', text(8)),
      ],
    });
    writeSets([tape], [first]);
    const second = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: first,
      createdAt: 3000,
      removed: ['/new'],
      elements: [file('/a/old', text(200, 'newer')), file('/again', text(19, 'back'))],
    });
    writeSets([tape], [second]);
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 's');
    const vaultDir = vaultFolder([tape.unmount()]);
    const done = restore(vaultDir, ['documents', '--passphrase-file', passphrase]);
    expect(done).toMatchObject({ status: 0, lost: [], failed: [] });
    const names = fs.readdirSync(done.to, { recursive: true, encoding: 'utf8' }).sort();
    expect(names).toEqual(['a', 'a/big', 'a/old', 'again', 'kind', 'same']);
    big.set(change, 131_072);
    expectRestored(done.to, [
      file('/a/big', big),
      file('/a/old', text(200, 'newer')),
      file('/again', text(19, 'back')),
      file('/kind', text(8)),
      file('/same', text(77)),
    ]);
    const middle = restore(vaultDir, [first.hex.slice(0, 12), '--passphrase-file', passphrase]);
    expect(fs.readdirSync(middle.to, { recursive: true, encoding: 'utf8' }).sort()).toEqual([
      'a',
      'a/big',
      'a/old',
      'kind',
      'new',
      'same',
    ]);
    expectRestored(middle.to, [file('/a/old', text(100)), file('/new', text(55))]);
  });

  it('puts together what maps take over from older sets, and gives out nothing that none of them has', () => {
    const tape = new TestTape(new TestVault(), 'CF0001');
    const [small, long] = [text(900_000), text(300_000, 'far')];
    const far = 70 * 1_048_576;
    const of = (name: string, size: number, content: TestElement['content'] = []) =>
      file(name, Buffer.alloc(0), { size, content });
    const written = (
      level: 'full' | 'incremental',
      parent: WrittenSet | undefined,
      elements: readonly TestElement[],
    ) => {
      const set = new WrittenSet({ name: 'volumes', level, ...(parent && { parent }), createdAt: ++time, elements });
      writeSets([tape], [set]);
      return set;
    };
    let time = 1000;
    const full = written('full', undefined, [
      of('/small', 900_000, [{ start: 0, bytes: small }]),
      of('/long', far + 300_000, [{ start: far, bytes: long }]),
      of('/idle', 900_000, [{ start: 0, bytes: small }]),
      of('/short', 900_000, [{ start: 0, bytes: small.subarray(0, 131_072) }]),
    ]);
    const change = randomBytes(131_072);
    const first = written('incremental', full, [
      of('/small', 900_000, [
        { start: 0, inherited: 131_072 },
        { start: 131_072, bytes: change },
        { start: 262_144, inherited: 900_000 - 262_144 },
      ]),
      of('/long', far + 300_000, [
        { start: 5 * 65_536, bytes: change },
        { start: far, inherited: 300_000 },
      ]),
    ]);
    // Two segments of /small became a hole; what the second set changed is taken over by the third.
    const second = written('incremental', first, [
      of('/small', 900_000, [
        { start: 0, inherited: 196_608 },
        { start: 327_680, inherited: 900_000 - 327_680 },
      ]),
      of('/short', 900_000, [{ start: 0, inherited: 262_144 }]),
    ]);
    const folder = vaultFolder([tape.unmount()]);
    const done = restore(folder, [second.hex]);
    expect(done.status).toBe(13);
    expect(done.lost.map(({ path: name, why }) => [name, why])).toEqual([
      ['/short', 'it takes content over that no earlier set has'],
    ]);
    expect(fs.readdirSync(done.to).sort()).toEqual(['idle', 'long', 'small']);
    small.set(change.subarray(0, 65_536), 131_072);
    small.fill(0, 196_608, 327_680);
    expect(fs.readFileSync(path.join(done.to, 'small')).equals(small)).toBe(true);
    const restored = fs.readFileSync(path.join(done.to, 'long'));
    expect(restored.subarray(far).equals(long)).toBe(true);
    expect(restored.subarray(5 * 65_536, 7 * 65_536).equals(change)).toBe(true);
    expect(restored.length).toBe(far + 300_000);
    expect(restore(folder, [first.hex])).toMatchObject({ status: 0, lost: [] });
  });

  it('seeks nothing behind a set without its metadata that newer sets take over from it', () => {
    const SEGMENT = 65_536;
    const segments = (letters: string) => Buffer.concat(Array.from(letters, (letter) => Buffer.alloc(SEGMENT, letter)));
    const volume = (name: string, content: TestElement['content'] = []) =>
      file(name, Buffer.alloc(0), { size: 4 * SEGMENT, content });
    const change = (at: number, letter: string): NonNullable<TestElement['content']> => [
      { start: 0, inherited: at * SEGMENT },
      { start: at * SEGMENT, bytes: segments(letter) },
      ...(at < 3 ? [{ start: (at + 1) * SEGMENT, inherited: (3 - at) * SEGMENT }] : []),
    ];
    const vault = new TestVault();
    const tapes = ['CF0001', 'CF0002', 'CF0003', 'CF0004'].map((name) => new TestTape(vault, name));
    const [first, second, third, last] = tapes as [TestTape, TestTape, TestTape, TestTape];
    const both = (content: TestElement['content']) => [volume('/data', content), volume('/system', content)];
    const whole = both([{ start: 0, bytes: segments('FFFF') }]);
    const full = new WrittenSet({ name: 'vm', createdAt: 1000, elements: whole });
    writeSets([first], [full]);
    const changed = both(change(1, '1'));
    const more = { name: 'vm', level: 'incremental' } as const;
    const small = { chunk: SEGMENT, metadataUnit: 600, metadataUnits: 1 };
    const middle = new WrittenSet({ ...more, ...small, parent: full, createdAt: 2000, elements: changed });
    const [data, system] = middle.dataChunks();
    if (!data || !system) throw new Error('two chunks were to be written');
    middle.places.push(second.write(data), third.write(system));
    // The metadata on the third tape, in parts of which a test below cuts the last.
    const parts = middle.metadataChunks();
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(0, -1)) third.write(part);
    const cut = third.bytes;
    for (const part of parts.slice(-1)) third.write(part);
    const newest = new WrittenSet({ ...more, parent: middle, createdAt: 3000, elements: both(change(3, '2')) });
    writeSets([last], [newest]);
    const object = { id: '0'.repeat(32), name: 'vm' };
    const listed = { level: 'incremental', parent: full.hex, createdAt: 2000, complete: false, chunks: 1, bytes: 100 };
    second.unmount(false, [{ id: middle.hex, object, ...listed }]);
    for (const tape of [first, third, last]) tape.unmount();
    const restored = (given: readonly (TestTape | Buffer)[], ...args: string[]) => {
      const done = restore(vaultFolder(given), [newest.hex, ...args]);
      const names = fs.existsSync(done.to) ? fs.readdirSync(done.to).sort() : [];
      const shown = (name: string) => {
        const bytes = fs.readFileSync(path.join(done.to, name));
        return [0, 1, 2, 3].map((at) => String.fromCharCode(bytes[at * SEGMENT] || 46)).join('');
      };
      const lost = done.lost.map(({ path: name }) => name).sort();
      return {
        status: done.status,
        lost,
        partial: done.partial.length,
        files: names.map((name) => [name, shown(name)]),
      };
    };
    const sound = [
      ['data', 'F1F2'],
      ['system', 'F1F2'],
    ];
    expect(restored(tapes)).toEqual({ status: 0, lost: [], partial: 0, files: sound });
    const lost = ['/data', '/system'];
    const found = (one: string, other: string) => [
      ['data.partial', one],
      ['system.partial', other],
    ];
    // Its metadata is cut, and a tape with what it changed is lost.
    const left = [first, cut, last];
    expect(restored(left)).toEqual({ status: 13, lost, partial: 0, files: [] });
    expect(restored(left, '--salvage')).toEqual({ status: 13, lost, partial: 2, files: found('...2', '.1.2') });
    // One tape is lost; of the set in the middle the catalog of another still says what its parent is.
    const one = restored([first, second, last], '--salvage');
    expect(one).toEqual({ status: 13, lost, partial: 2, files: found('.1.2', '...2') });
  });

  it('reads the import/export slot of a vault, too', () => {
    const vault = new TestVault();
    const [one, two] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const elements = many('/some', 4, 60_000);
    writeSets([one, two], [new WrittenSet({ name: 'documents', elements, chunk: 60_000 })]);
    const vaultDir = vaultFolder([one.unmount(), two.unmount()]);
    const slot = path.join(vaultDir, 'import-export');
    fs.mkdirSync(slot);
    fs.renameSync(path.join(vaultDir, 'tapes', 'CF0002L8.tap'), path.join(slot, 'CF0002L8.tap'));
    // One of them is there twice: a copy more.
    fs.copyFileSync(path.join(vaultDir, 'tapes', 'CF0001L8.tap'), path.join(slot, 'CF0001L8.tap'));
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 0, missingTapes: [], restored: 4 });
    expectRestored(done.to, elements);
    // All of them were moved out.
    fs.rmSync(path.join(vaultDir, 'tapes'), { recursive: true });
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 4 });
  });

  it('says that a parent is missing and restores what is new since then', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const full = new WrittenSet({ name: 'documents', elements: [file('/old', text(100))] });
    writeSets([tapeA], [full]);
    const next = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: full,
      createdAt: 1_767_300_000_000,
      elements: [file('/new', text(50))],
    });
    writeSets([tapeB], [next]);
    const done = restore(vaultFolder([tapeB.unmount()]));
    expect(done).toMatchObject({ status: 13, restored: 1 });
    expectRestored(done.to, [file('/new', text(50))]);
  });

  it('does not call a set complete that builds on content which is on no tape', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const full = new WrittenSet({ name: 'documents', elements: [file('/old', text(100))] });
    full.places.push(...full.dataChunks().map((chunk) => tapeA.write(chunk)));
    for (const chunk of full.metadataChunks()) tapeB.write(chunk);
    const elements = [file('/new', text(50))];
    const next = new WrittenSet({ name: 'documents', level: 'incremental', parent: full, createdAt: 3000, elements });
    writeSets([tapeB], [next]);
    const list = (first: TestTape) =>
      JSON.parse(rescue(['list', '--json', '--tapes', vaultFolder([first.unmount(), tapeB.unmount()])]).stdout).sets;
    const problem = '1 element lacks content that is on none of these tapes';
    expect(list(new TestTape(vault, 'CF0001')).find(({ id }: { id: string }) => id === next.hex)).toMatchObject({
      complete: false,
      problem,
    });
    expect(list(tapeA)).toMatchObject([{ complete: true }, { complete: true }]);
    const again = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: next,
      createdAt: 4000,
      elements: [file('/old', text(100, 'newer'))],
    });
    const tapeC = new TestTape(vault, 'CF0003');
    writeSets([tapeC], [again]);
    const vaultDir = vaultFolder([new TestTape(vault, 'CF0001').unmount(), tapeB, tapeC.unmount()]);
    const sets = JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    const whole = sets.filter(({ complete }: { complete: boolean }) => complete);
    expect(whole.map(({ id }: { id: string }) => id)).toEqual([again.hex]);
    // "latest" is the latest of which all is here, and that there is a later one is said.
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 3, restored: 2 });
  });

  it('takes no gap for a loss in an interrupted set that a later one went on from', () => {
    const tape = new TestTape(new TestVault(), 'CF0001');
    const content = text(60_000);
    const donor = new WrittenSet({
      name: 'documents',
      elements: [file('/x', text(60_000)), file('/y', content)],
      chunk: 50_000,
    });
    const [, ...after] = donor.dataChunks();
    expect(after.length).toBeGreaterThan(0);
    donor.places.push(...after.map((chunk) => tape.write(chunk)));
    const located = donor.extentsAt('/y').map((each) => ({ located: each }));
    const elements = [file('/y', Buffer.alloc(0), { size: content.length, content: located })];
    const next = new WrittenSet({ name: 'documents', elements, createdAt: 3000 });
    writeSets([tape], [next]);
    const vaultDir = vaultFolder([tape.unmount()]);
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 1 });
    const sets = JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    expect(sets.find(({ id }: { id: string }) => id === next.hex)).toMatchObject({ complete: true, problem: null });
  });

  it('says what is here on the first screen', () => {
    const { tape, set } = oneSet(many('/m', 3, 100));
    const vaultDir = vaultFolder([tape.unmount()]);
    fs.copyFileSync(RESCUE, path.join(vaultDir, 'rescue.mjs'));
    const run = spawnSync(process.execPath, [path.join(vaultDir, 'rescue.mjs')], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    for (const words of [
      'CF0001',
      'documents',
      set.hex.slice(0, 8),
      'complete',
      'node rescue.mjs restore documents --to DIR',
    ]) {
      expect(run.stdout).toContain(words);
    }
    expect(run.stderr).toBe('');
    expect(rescue(['nonsense']).status).toBe(2);
    expect(rescue(['restore', 'latest', '--tapes', vaultDir]).status).toBe(2);
    expect(rescue(['restore', 'none', '--to', fresh(), '--tapes', vaultDir]).status).toBe(10);
  });

  it('lists a folder as text and as JSON', () => {
    const { tape } = oneSet([folder('/m'), ...many('/m', 3, 100)]);
    const vaultDir = vaultFolder([tape.unmount()]);
    const { entries } = JSON.parse(rescue(['list', 'documents', '/m', '--tapes', vaultDir, '--json']).stdout);
    expect(entries.map((entry: { path: string }) => entry.path)).toEqual(['/m', '/m/file-0', '/m/file-1', '/m/file-2']);
    expect(entries[1]).toMatchObject({ type: 'file', bytes: 100, modifiedAt: '2023-11-14T22:13:20.123Z' });
    expect(rescue(['list', 'documents', '/m/file-1', '--tapes', vaultDir]).stdout).toMatch(
      /^-rw-r--r-- .* 101 2023-11-14 22:13:20 \/m\/file-1\n$/,
    );
  });
});

describe('a sealed vault into whose folder somebody put tapes that are not sealed', () => {
  const good = [file('/file', text(900))];
  const evil = [file('/file', Buffer.from('evil'))];
  const later = { createdAt: 1_767_300_000_000 };
  let secret: string[] = [];
  beforeAll(() => {
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 'secret');
    secret = ['--passphrase-file', passphrase];
  });

  /** The id of a vault is in the clear, so anybody can make an open tape of it. */
  const openTwin = (vault: TestVault): TestVault => Object.assign(new TestVault(), { id: vault.id });

  it.each([
    ['with the id of that vault', openTwin],
    ['of another vault', () => new TestVault()],
  ])('takes nothing from a tape %s, names it and does not end as if all were well', (_, twin) => {
    const { tape, vault } = oneSet(good, {}, new TestVault('secret'));
    const stranger = oneSet(evil, later, twin(vault)).tape.unmount();
    const vaultDir = vaultFolder([tape.unmount(), stranger]);
    const done = restore(vaultDir, ['documents', ...secret]);
    expect(done).toMatchObject({ status: 3, restored: 1, ignoredTapes: [path.join(vaultDir, 'tapes/CF0002L8.tap')] });
    expectRestored(done.to, good);
    const listed = rescue(['list', '--tapes', vaultDir, '--json', ...secret]);
    expect(listed.status).toBe(3);
    expect(JSON.parse(listed.stdout).sets).toHaveLength(1);
    const plain = rescue(['verify', '--tapes', vaultDir, ...secret]);
    expect(plain.status).toBe(3);
    expect(plain.stderr).toMatch(/CF0002L8\.tap is not sealed.*nothing of it is used.*--accept-unsealed/s);
  });

  it('takes them only when it is told to', () => {
    const { tape, vault } = oneSet(good, {}, new TestVault('secret'));
    const stranger = oneSet(evil, later, openTwin(vault)).tape.unmount();
    const done = restore(vaultFolder([tape.unmount(), stranger]), ['documents', '--accept-unsealed', ...secret]);
    expect(done.status).toBe(0);
    expectRestored(done.to, evil);
  });

  it('refuses a passphrase for tapes of which none is sealed', () => {
    const vaultDir = vaultFolder([oneSet(evil).tape.unmount()]);
    expect(restore(vaultDir, ['documents', ...secret])).toMatchObject({
      status: 12,
      error: { code: 'PASSPHRASE_UNUSED', guidance: expect.stringContaining('--accept-unsealed') },
    });
    const [, environment = ''] = secret;
    expect(restore(vaultDir, ['documents'], { env: { COLDFRAME_PASSPHRASE_FILE: environment } }).status).toBe(12);
    expect(restore(vaultDir, ['documents', '--accept-unsealed', ...secret]).status).toBe(0);
  });

  it('believes a library that says that the vault is sealed when no tape of it is left', () => {
    const vaultDir = vaultFolder([oneSet(evil).tape.unmount()]);
    fs.writeFileSync(path.join(vaultDir, 'library.json'), JSON.stringify({ settings: { sealed: true } }));
    expect(restore(vaultDir)).toMatchObject({ status: 13, error: { code: 'VAULT_UNSEALED' } });
    expect(restore(vaultDir, ['latest', '--accept-unsealed']).status).toBe(0);
  });
});
