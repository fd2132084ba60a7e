import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter } from '../electron/engine/blockset/byte-writer.ts';
import { SetTable, writeElement } from '../electron/engine/blockset/records.ts';
import { copyCatalog, find, KnownState, list, openCatalog, versions } from '../electron/engine/catalog/index.ts';
import { settleSome } from '../electron/engine/catalog/settle.ts';
import { attributes, OBJECT, sampleId, summary, wholeExtent } from '../electron/engine/catalog/testing/sample.ts';
import { commitSet } from '../electron/engine/catalog/writer.ts';
import type { ByteString } from '../shared/byte-string.ts';
import { benchTree } from './catalog-names.ts';
import { numberStream } from './random-bytes.ts';
import { quantile } from './statistics.ts';

/**
 * Measures the catalog: 1,000,000 files in 100 sets, of which each changes one file in a hundred. Run it with
 * `node bench/catalog.ts [FILES] [SETS]`; it prints a table.
 */
const FILES = Number(process.argv[2] ?? 1_000_000);
const SETS = Number(process.argv[3] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'coldframe-bench-catalog-'));
const file = join(folder, 'catalog.db');
const random = numberStream('catalog changes');

const report = (what: string, figure: string): void => console.log(`${what.padEnd(52)} ${figure}`);
/** Time of the processor, so that what else the machine does counts little; `wall` beside it. */
const timed = <Result>(work: () => Result): { ms: number; wall: number; result: Result } => {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const result = work();
  const used = process.cpuUsage(cpu);
  return { ms: (used.user + used.system) / 1000, wall: performance.now() - begin, result };
};

const paths: string[] = [];
const folders = new Set<string>();
for (const { dir, name } of benchTree(FILES)) {
  paths.push(`${dir}/${name}`);
  folders.add(dir);
}

/** Elements as a scan and front ends hand them over: the order of the disk is not that of the names. */
const streamOf = (n: number, chosen: readonly number[], dirs: readonly string[]): Uint8Array => {
  const out = new ByteWriter(1 << 20);
  const set = sampleId(n);
  const table = new SetTable(set);
  const at = { seconds: 1_760_000_000 + n * 86_400, nanos: 0 };
  for (const dir of dirs) {
    const changedAt = { ...at, nanos: random(1e9) };
    writeElement(
      out,
      {
        attributes: { ...attributes(dir, 'dir', 0), modifiedAt: changedAt, changedAt, inode: random(4e6) },
        extents: [],
      },
      table,
    );
  }
  for (const index of chosen) {
    const size = 200 + random(120_000);
    const modifiedAt = { seconds: 1_700_000_000 + random(6e7) + n, nanos: random(1e9) };
    const late = random(3) === 0 ? { seconds: modifiedAt.seconds + random(1e6), nanos: random(1e9) } : modifiedAt;
    const own = {
      ...attributes(paths[index] as string, 'file', 0),
      size,
      modifiedAt,
      changedAt: late,
      inode: 1_000_000 + index,
    };
    const extent = {
      ...wholeExtent(set, size, '', 4096 * random(2 ** 27)),
      chunk: Math.floor(index / 300),
      unit: 1 + random(11),
      unitOffset: random(1e6),
    };
    const digests = createHash('sha256').update(`${n} ${index}`).digest();
    writeElement(out, { attributes: own, extents: [{ ...extent, digests }] }, table);
  }
  return out.view();
};

const store = openCatalog(file);
const everything = Array.from(paths.keys());
for (let at = everything.length - 1; at > 0; at -= 1) {
  const other = random(at + 1);
  [everything[at], everything[other]] = [everything[other] as number, everything[at] as number];
}
let versionCount = 0;
const commitMs: number[] = [];
for (let n = 0; n < SETS; n += 1) {
  const chosen = n === 0 ? everything : Array.from({ length: Math.floor(FILES / 100) }, () => random(FILES));
  const stream = streamOf(n, chosen, n === 0 ? [...folders] : []);
  const { ms, wall } = timed(() =>
    commitSet(store, { summary: summary(sampleId(n), n === 0 ? null : sampleId(n - 1), n), stream: () => [stream] }),
  );
  if (n === 0)
    report(
      'first full, elements a second',
      `${Math.round((FILES / ms) * 1000)} (${Math.round(ms)} ms, ${Math.round(wall)} ms on the clock)`,
    );
  else commitMs.push(ms);
  const settled = timed(() => {
    while (settleSome(store));
  });
  if (n === 0) report('names indexed behind it', `${Math.round(settled.ms)} ms`);
}
const figures = (values: readonly number[]): string =>
  `median ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms, worst ${Math.max(...values).toFixed(1)} ms`;

if (SETS > 1) report(`commit of an incremental, ${Math.floor(FILES / 100)} elements`, figures(commitMs));
store.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
versionCount = store.get<[number]>('SELECT count(*) FROM version')?.[0] ?? 0;
const bytes = statSync(file).size;
report(
  'database',
  `${(bytes / 1e6).toFixed(1)} MB, ${versionCount} versions, ${(bytes / versionCount).toFixed(1)} bytes a version`,
);
for (const [name, size] of store.all<[string, number]>(
  'SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 12',
)) {
  report(`  ${name}`, `${(size / versionCount).toFixed(2)} bytes a version`);
}
const before = timed(() => copyCatalog(store, join(folder, 'copy'), Buffer.alloc(32, 1)));
const whole = performance.now() - before.ms;
await before.result;
report(
  'sealed copy',
  `${Math.round(performance.now() - whole)} ms, ${(statSync(join(folder, 'copy')).size / 1e6).toFixed(1)} MB`,
);
store.close();

/** The first use of a connection counts too: nothing is in its cache. */
const measured = (
  what: string,
  times: number,
  work: (reader: ReturnType<typeof openCatalog>, turn: number) => number,
): void => {
  const reader = openCatalog(file, { readOnly: true });
  const first = timed(() => work(reader, 0));
  const all = Array.from({ length: times }, (_, turn) => timed(() => work(reader, turn)).ms);
  report(what, `${figures(all)}, first ${first.ms.toFixed(1)} ms (${first.result})`);
  reader.close();
};
const count = (found: Iterable<unknown>, most = Number.POSITIVE_INFINITY): number => {
  let counted = 0;
  for (const _ of found) if (++counted >= most) break;
  return counted;
};
const as = (text: string): ByteString => text as ByteString;
const deep = [...folders].find((dir) => dir.includes('level29')) as string;
const some = [...folders].filter((_, index) => index % 97 === 0);
for (const [when, n] of [
  ['first', 0],
  ['middle', SETS >> 1],
  ['last', SETS - 1],
] as const) {
  measured(`ls / at the ${when} set`, 50, (reader) => count(list(reader, sampleId(n), as('/'))));
  measured(`ls of 10,000 files at the ${when} set`, 30, (reader) =>
    count(list(reader, sampleId(n), as('/srv/data/inbox'))),
  );
  measured(`ls 30 levels deep at the ${when} set`, 50, (reader) => count(list(reader, sampleId(n), as(deep))));
  measured(`ls of any folder at the ${when} set`, 400, (reader, turn) =>
    count(list(reader, sampleId(n), as(some[turn % some.length] as string))),
  );
}
for (const [what, pattern] of [
  ['rare', 'deep-17'],
  ['none', 'xylophone'],
  ['a name with a number', 'budget-invoice77'],
  ['common', 'report'],
  ['3 letters', 'pdf'],
  ['3 letters', 'ort'],
  ['glob', '*winter*.mp3'],
  ['glob', 'bud*7?.csv'],
  ['2 letters', 'no'],
  ['path', 'level29/deep'],
] as const) {
  measured(`find ${pattern} (${what}), first 1000`, 30, (reader) => count(find(reader, pattern), 1000));
}
measured('find report --all-versions, first 1000', 30, (reader) =>
  count(find(reader, 'report', { allVersions: true }), 1000),
);
measured('versions of a path', 200, (reader, turn) =>
  count(versions(reader, OBJECT.id, as(paths[turn * 7] as string))),
);

const reader = openCatalog(file, { readOnly: true });
const known = new KnownState(reader, sampleId(SETS - 1));
const walk = timed(() => {
  let seen = 0;
  const left = [known.root(as('/'))?.node ?? 0];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    for (const child of known.children(node).values()) {
      seen += 1;
      if (child.type === 'dir') left.push(child.node);
    }
  }
  return seen;
});
report(
  'known state of everything, by folder',
  `${Math.round(walk.ms)} ms, ${((walk.ms / walk.result) * 1000).toFixed(2)} µs an element`,
);
const inode = timed(() => known.byInode(1_000_500).length);
report('index of inodes, with its first use', `${Math.round(inode.ms)} ms (${inode.result})`);
reader.close();
rmSync(folder, { recursive: true, force: true });
