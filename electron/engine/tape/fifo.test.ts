import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './testing/tapes.ts';

const RESCUE = join(import.meta.dirname, 'rescue.mjs');
/** Reading a FIFO that nobody writes to never ends, nor does the process that does it. */
const limits = { timeout: 20_000, killSignal: 'SIGKILL', encoding: 'utf8' } as const;

const makeFifo = (path: string): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
};

/** What a process of its own says that opening `path` threw; null when it had to be killed. */
const thrownBy = (module: string, call: string, path: string): string | null => {
  const url = new URL(module, import.meta.url).href;
  const script = `const it = await import(${JSON.stringify(url)}); const path = ${JSON.stringify(path)};
    try { ${call} } catch ({ code, message }) { console.log(code + ': ' + message); }`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], limits);
  return run.signal === null ? run.stdout.trim() : null;
};

const open = "{ path, capacity: 1000, mode: 'read' }";

test.runIf(process.platform !== 'win32').each([
  ['a tape', 'CF0001L8.tap', './virtual-tape.ts', `it.VirtualTape.open(${open})`, /^TAPE_DAMAGED.*a FIFO/],
  ['a library', 'library.json', './library-state.ts', 'it.readLibrary(path + "/..")', /^VAULT_DAMAGED.*a FIFO/],
  ['a lease', 'lease.json', './lease.ts', 'it.Lease.acquire(path + "/..")', /^IO.*lease\.json.*a FIFO/],
  ['a copy of a catalog', 'catalog.copy', '../catalog/copy.ts', 'it.openCopy(path, path, null)', /^CATALOG_DAMAGED/],
  [
    'a file of blocks',
    'overlay',
    '../../platform/positional-file.ts',
    'it.openPositional(path, "read")',
    /^IO.*a FIFO/,
  ],
])('a FIFO in the place of %s is refused and holds nothing up', (_, name, module, call, message) => {
  const dir = join(temporaryFolder(), 'vault');
  makeFifo(join(dir, name));
  expect(thrownBy(module, call.replace('path + "/.."', JSON.stringify(dir)), join(dir, name))).toMatch(message);
});

test.runIf(process.platform !== 'win32')('the rescue program passes over FIFOs in a vault', () => {
  const dir = temporaryFolder();
  makeFifo(join(dir, 'tapes', 'CF0001L8.tap'));
  makeFifo(join(dir, 'library.json'));
  const run = spawnSync(process.execPath, [RESCUE, 'list', '--tapes', dir], limits);
  expect([run.signal, run.status, run.stderr]).toEqual([null, 10, expect.stringContaining('is not a tape')]);
});
