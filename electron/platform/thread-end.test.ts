import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hangingThreads, placeOfCall } from './hanging-threads.ts';
import { endThread } from './thread-end.ts';
import { WorkerThread } from './worker-thread.ts';

const url = (module: string): string => JSON.stringify(new URL(module, import.meta.url).href);

const start = (serve: string, before = ''): WorkerThread =>
  new WorkerThread(
    'test',
    `import { parentPort } from 'node:worker_threads';
     import { onRequest } from ${url('./thread-end.ts')};
     ${before}
     onRequest(parentPort, ${serve}).then(() => parentPort.close());`,
    null,
    { eval: true },
  );

const answered = async (worker: WorkerThread): Promise<unknown> => (await once(worker, 'message'))[0];

/** A FIFO: who reads from it waits in the system call until somebody writes to it. */
const fifo = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-thread-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
};

const reads = (path: string): string => `() => {
  const fd = openSync(${JSON.stringify(path)}, 'r+');
  parentPort.postMessage('reads');
  parentPort.postMessage(read(fd));
}`;

const BY = {
  node: `import { openSync, readSync } from 'node:fs'; import ${url('./undisturbed.ts')};
    const read = (fd) => readSync(fd, new Uint8Array(9));`,
  'the foreign function interface': `import { openSync } from 'node:fs'; import { loadKoffi } from ${url('./linux/koffi.ts')};
    const read = (fd) => loadKoffi().load(null).func('int64_t read(int, void *, size_t)')(fd, new Uint8Array(9), 9);`,
};

describe('ending a thread', () => {
  test('lets it finish what it is doing, and hears its last answer', async () => {
    const worker = start(
      'async () => { await new Promise((r) => setTimeout(r, 100)); parentPort.postMessage("done"); }',
    );
    const answers: string[] = [];
    worker.on('message', (answer: string) => answers.push(answer));
    worker.postMessage('work');
    await answered(worker);
    let status = -1;
    worker.on('exit', (code) => {
      status = code;
    });
    await endThread(worker);
    expect(answers).toEqual(['done']);
    expect(status).toBe(0);
    expect(worker.threadId).toBe(-1);
  });

  test.each([
    ['computes', 'for (;;);'],
    ['waits for what never comes', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
  ])('uses force on one that does not listen, as it %s', async (_, work) => {
    const worker = start(`() => { parentPort.postMessage('begun'); ${work} }`);
    worker.postMessage('work');
    await answered(worker);
    await endThread(worker, 100);
    expect(worker.threadId).toBe(-1);
    expect(hangingThreads()).toEqual([]);
  });

  test('does nothing to one that has ended', async () => {
    const worker = start('() => undefined');
    await endThread(worker);
    await endThread(worker);
    expect(worker.threadId).toBe(-1);
  });

  test.each(Object.entries(BY))('waits for one that hangs in a system call of %s, and names it', async (_, by) => {
    const path = fifo();
    const worker = start(reads(path), by);
    worker.postMessage('work');
    await answered(worker);
    const status = once(worker, 'exit');
    const last = answered(worker);
    const ended = endThread(worker, 100);
    await expect.poll(() => hangingThreads(), { timeout: 10_000 }).toMatchObject([{ work: 'test' }]);
    await expect.poll(() => placeOfCall(worker.task)).toBe(path);
    writeFileSync(path, 'late');
    await ended;
    // It went on to its end by itself.
    expect(await last).toBe(4);
    expect(await status).toEqual([0]);
    expect(hangingThreads()).toEqual([]);
  });

  test('by force waits until it has bound functions, in the middle of which that would abort the process', async () => {
    for (let round = 0; round < 12; round++) {
      const worker = start(
        `() => { for (;;) bindNative((koffi) => koffi.load(null).func('int malloc_trim(size_t)')); }`,
        `import { bindNative } from ${url('./linux/koffi.ts')}; parentPort.postMessage('begun');`,
      );
      worker.postMessage('work');
      await answered(worker);
      await new Promise((resolve) => setTimeout(resolve, round));
      await worker.terminate();
      expect(worker.threadId).toBe(-1);
    }
  });
});

test('a process ends though a thread of it hangs in a system call, with its own status', () => {
  const worker = `import { parentPort } from 'node:worker_threads';
    import { openSync } from 'node:fs';
    parentPort.postMessage('opens');
    openSync(${JSON.stringify(fifo())});`;
  const program = `
    import { WorkerThread } from ${url('./worker-thread.ts')};
    const thread = new WorkerThread('test', ${JSON.stringify(worker)}, null, { eval: true });
    thread.once('message', () => setTimeout(() => { process.stdout.write('said'); process.exit(7); }, 50));`;
  const { status, signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, signal, stdout }).toEqual({ status: 7, signal: null, stdout: 'said' });
});
