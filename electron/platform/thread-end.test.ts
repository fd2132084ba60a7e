import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { endThread } from './thread-end.ts';

const module = JSON.stringify(new URL('./thread-end.ts', import.meta.url).href);
const start = (serve: string): Worker =>
  new Worker(
    `import { parentPort } from 'node:worker_threads';
     import { onRequest } from ${module};
     onRequest(parentPort, ${serve}).then(() => parentPort.close());`,
    { eval: true },
  );

describe('ending a thread', () => {
  test('lets it finish what it is doing, and hears its last answer', async () => {
    const worker = start(
      'async () => { await new Promise((r) => setTimeout(r, 100)); parentPort.postMessage("done"); }',
    );
    const answers: string[] = [];
    worker.on('message', (answer: string) => answers.push(answer));
    worker.postMessage('work');
    const first = new Promise((resolve) => {
      worker.once('message', resolve);
    });
    await first;
    let status = -1;
    worker.on('exit', (code) => {
      status = code;
    });
    await endThread(worker);
    expect(answers).toEqual(['done']);
    expect(status).toBe(0);
    expect(worker.threadId).toBe(-1);
  });

  test('uses force on one that does not listen', async () => {
    const worker = start('() => { for (;;); }');
    worker.postMessage('work');
    await endThread(worker);
    expect(worker.threadId).toBe(-1);
  });

  test('does nothing to one that has ended', async () => {
    const worker = start('() => undefined');
    await endThread(worker);
    await endThread(worker);
    expect(worker.threadId).toBe(-1);
  });
});
