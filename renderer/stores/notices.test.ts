import { expect, test } from 'vitest';
import { useAnnouncements } from './announcements.ts';
import { noticed, useNotices } from './notices.ts';

const event = (notice: string, at: string) =>
  ({ event: 'notice', notice, volumes: ['disk1', 'disk2'], at, state: 'announced' }) as const;

test('a snapshot that is announced stands there until it was taken or called off', () => {
  // Tests that ran in this process before may have announced something, too.
  const before = useAnnouncements.getState().list;
  const [later, soon] = [event('a', '2026-01-01T10:02:00.000Z'), event('b', '2026-01-01T10:01:00.000Z')];
  noticed(later);
  noticed(soon);
  expect(useNotices.getState().announced).toEqual([soon, later]);
  noticed({ ...soon, state: 'taken' });
  noticed({ ...later, state: 'called-off' });
  expect(useNotices.getState().announced).toEqual([]);
  const fresh = useAnnouncements.getState().list.filter((each) => !before.includes(each));
  const said = fresh.map(({ text, tone }) => [tone, text.includes('disk1, disk2')]);
  expect(said).toEqual([
    ['good', true],
    ['warn', true],
  ]);
});
