import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { NoticeSecrets } from '../alerts/secrets.ts';
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

test('a notice is changed with its rules and secrets as they are, and a password goes to nobody whom it was not given for', async () => {
  const scene = new ConsoleScene();
  const mail = { kind: 'email', server: 'smtp://m.example', user: 'backup', from: 'a@b', to: ['c@d'] } as const;
  const target = { ...mail, to: [...mail.to] };
  await scene.call('notice.add', { name: 'admin', target, secretIn: 'file' }, { secrets: { notice: 'horse' } });
  await scene.call('notice.rule', { notice: 'admin', event: 'overdue', send: 'off' });
  const secrets = () =>
    Object.values(JSON.parse(fs.readFileSync(path.join(scene.root, 'home', 'notice-secrets.json'), 'utf8')) as object);

  const to = { ...target, to: ['e@f'] };
  const { notice } = await scene.call('notice.change', { notice: 'admin', name: 'on call', target: to });
  expect(notice).toMatchObject({ name: 'on call', target: to, where: 'e@f' });
  expect(notice.rules).toContainEqual({ event: 'overdue', object: null, send: 'off' });
  expect(secrets()).toEqual(['horse']);

  for (const other of [{ server: 'smtp://evil.example' }, { user: 'root' }])
    await expect(scene.call('notice.change', { notice: 'on call', target: { ...to, ...other } })).rejects.toMatchObject(
      { code: 'USAGE', context: { field: 'password' } },
    );
  await expect(scene.call('notice.change', { notice: 'on call', target: { kind: 'desktop' } })).rejects.toMatchObject({
    code: 'USAGE',
  });
  await scene.call('notice.add', { name: 'screen', target: { kind: 'desktop' } });
  await expect(scene.call('notice.change', { notice: 'on call', name: 'screen', target: to })).rejects.toMatchObject({
    code: 'NOTICE_EXISTS',
  });
  expect(secrets()).toEqual(['horse']);

  const other = { ...to, server: 'smtp://n.example' };
  await scene.call(
    'notice.change',
    { notice: 'on call', target: other, secretIn: 'file' },
    { secrets: { notice: 'battery' } },
  );
  expect(secrets()).toEqual(['battery']);
  const { user: _, ...nobody } = other;
  await scene.call('notice.change', { notice: 'on call', target: nobody });
  expect(secrets()).toEqual([]);
  const { notices } = await scene.call('notice.list', {});
  expect(notices.map(({ name }) => name)).toEqual(['on call', 'screen']);
});

test('a webhook keeps address and key until others are given, and is signed no more when that is said', async () => {
  const scene = new ConsoleScene();
  const secrets = () =>
    JSON.parse(fs.readFileSync(path.join(scene.root, 'home', 'notice-secrets.json'), 'utf8')) as Record<string, string>;
  const target = { kind: 'webhook', format: 'json', signed: true } as const;
  const given = { notice: 'https://one.example/', signingKey: 'k'.repeat(16) };
  await scene.call('notice.add', { name: 'chat', target, secretIn: 'file' }, { secrets: given });
  const change = (changed: object, anew = {}) =>
    scene.call(
      'notice.change',
      { notice: 'chat', target: { ...target, ...changed }, secretIn: 'file' },
      { secrets: anew },
    );
  // Refused on the way, it goes on with all that it had.
  const original = Reflect.get(NoticeSecrets.prototype, 'put') as NoticeSecrets['put'];
  const put = vi.spyOn(NoticeSecrets.prototype, 'put');
  put.mockImplementationOnce(async function (this: NoticeSecrets, ...given) {
    put.mockRejectedValueOnce(new Error('the disk is full'));
    return await Reflect.apply(original, this, given);
  });
  const anew = { notice: 'https://three.example/', signingKey: 'l'.repeat(16) };
  await expect(change({}, anew)).rejects.toThrow('the disk is full');
  put.mockRestore();
  expect(Object.values(secrets()).toSorted()).toEqual(Object.values(given).toSorted());
  await change({ format: 'slack' });
  expect(Object.values(secrets()).toSorted()).toEqual(Object.values(given).toSorted());
  await expect(change({}, { notice: 'ftp://one.example/' })).rejects.toMatchObject({ code: 'USAGE' });
  await change({}, { notice: 'https://two.example/' });
  await change({ signed: false });
  expect(Object.values(secrets())).toEqual(['https://two.example/']);
  await expect(change({})).rejects.toMatchObject({ code: 'USAGE' });

  // Killed before the notice names what was given anew, the address that it goes by is the old one; what was left goes with the notice.
  const [notice] = (await scene.call('notice.list', {})).notices;
  const own = new NoticeSecrets(path.join(scene.home, 'notice-secrets.json'));
  await own.put(`${notice?.id}-left`, 'https://left.example/', { label: '', file: true });
  expect((await scene.call('notice.list', {})).notices).toMatchObject([{ where: 'two.example' }]);
  await scene.call('notice.remove', { notice: 'chat' });
  expect(secrets()).toEqual({});
});
