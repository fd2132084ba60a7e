import { expect, test } from 'vitest';
import { monthInZone } from './month-in-zone.ts';

test.each([
  ['2026-11', 'UTC', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ['2026-12', 'Europe/Berlin', '2026-11-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  // Daylight saving begins within it.
  ['2026-03', 'Europe/Berlin', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
  ['2026-04', 'Pacific/Kiritimati', '2026-03-31T10:00:00.000Z', '2026-04-30T10:00:00.000Z'],
  ['2026-04', 'Pacific/Pago_Pago', '2026-04-01T11:00:00.000Z', '2026-05-01T11:00:00.000Z'],
  ['2026-10', 'Australia/Lord_Howe', '2026-09-30T13:30:00.000Z', '2026-10-31T13:00:00.000Z'],
  // Its last day but one was left out.
  ['2011-12', 'Pacific/Apia', '2011-12-01T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
])('%s in %s', (month, zone, from, until) => {
  const found = monthInZone(month, zone);
  expect([found.from, found.until].map((at) => new Date(at).toISOString())).toEqual([from, until]);
});
