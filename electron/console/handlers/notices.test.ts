import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('of two notices of one name the one that is refused leaves no secret', async () => {
  const scene = new ConsoleScene();
  const target = { kind: 'webhook', format: 'json' } as const;
  const adds = ['https://one.example/', 'https://two.example/'].map((notice) =>
    scene.call('notice.add', { name: 'chat', target, secretIn: 'file' }, { secrets: { notice } }),
  );
  const ended = await Promise.allSettled(adds);
  expect(ended).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'NOTICE_EXISTS', context: { notice: 'chat' } } },
  ]);
  const { notices } = await scene.call('notice.list', {});
  const secrets = fs.readFileSync(path.join(scene.root, 'home', 'notice-secrets.json'), 'utf8');
  expect(Object.keys(JSON.parse(secrets))).toEqual(notices.map(({ id }) => id));
});
