import { expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { asAgreed, PlanMaker, startMissing } from './restore-plans.ts';

const onto = (path: string): InputOf<'restore'> => ({ set: 'a', to: { path }, onConflict: 'overwrite' });
const losing = (loses: string) => ({ loses, overwrites: '/dev/sdb' }) as OutputOf<'restore'>;

const none = async () => [];

test('a plan that was overtaken by another choice is dropped, and so is its error', async () => {
  const maker = new PlanMaker();
  const slow = Promise.withResolvers<OutputOf<'restore'>>();
  const failing = Promise.withResolvers<OutputOf<'restore'>>();
  const first = maker.make([onto('/dev/sdb')], () => slow.promise, none);
  maker.forget();
  const second = maker.make([onto('/dev/sdc')], () => failing.promise, none);
  slow.resolve(losing('b'));
  expect(await first).toBeNull();
  const third = maker.make([onto('/dev/sdd')], async () => losing('d'), none);
  failing.reject(new Error('gone'));
  expect(await second).toBeNull();
  expect(await third).toEqual({ requests: [onto('/dev/sdd')], plans: [losing('d')], meetings: [] });
  await expect(maker.make([onto('/dev/sde')], () => failing.promise, none)).rejects.toThrow('gone');
});

test('what is run is what was planned, with what each would lose', () => {
  const requests = [onto('/dev/sdb'), onto('/files'), onto('/there')];
  const files = { replaces: 'd1', folder: '8:1' } as OutputOf<'restore'>;
  expect(asAgreed({ requests, plans: [losing('b'), files, {} as OutputOf<'restore'>] })).toEqual([
    { ...onto('/dev/sdb'), agreed: { overwrites: '/dev/sdb', loses: 'b' } },
    { ...onto('/files'), agreed: { overwrites: null, loses: null, replaces: 'd1', folder: '8:1' } },
    { ...onto('/there'), agreed: { overwrites: null, loses: null } },
  ]);
});

test('one restore that is refused does not have the others started twice', async () => {
  const started = new Map<number, string>();
  const asked: string[] = [];
  const start = (refused: string) => async (request: string) => {
    asked.push(request);
    if (request === refused) throw new Error(`no ${request}`);
    return `job of ${request}`;
  };
  await expect(startMissing(['a', 'b', 'c'], started, start('b'))).rejects.toThrow('no b');
  expect(started.size).toBe(2);
  expect(await startMissing(['a', 'b', 'c'], started, start(''))).toEqual(['job of a', 'job of b', 'job of c']);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
