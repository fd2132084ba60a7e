import { expect, test } from 'vitest';
import { alerted, useAlerts } from './alerts.ts';

test('of notices that say the same the newest stands there, and others beside it', () => {
  const event = (alert: string, object: string) =>
    ({
      event: 'alert',
      alert,
      at: '2026-11-29T20:00:00.000Z',
      title: `Backup failed: ${object}`,
      popUp: false,
      events: [{ event: 'backup-failed', object, text: 'Its folder is not there.' }],
    }) as const;
  for (const each of [event('a', 'docs'), event('b', 'mail'), event('c', 'docs'), event('d', 'docs')]) alerted(each);
  expect(useAlerts.getState().alerts.map(({ alert }) => alert)).toEqual(['d', 'b']);
});
