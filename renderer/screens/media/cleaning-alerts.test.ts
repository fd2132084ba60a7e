import { expect, test } from 'vitest';
import { canClean, cleaningAlerts } from './cleaning-alerts.ts';

const drive = (number: number, wanted: string | null) => ({
  number,
  tape: null,
  barcode: null,
  inUse: false,
  mounts: 0,
  cleaning: { wanted, bytesSince: 0, lastAt: null, tape: null },
});
const tape = (barcode: string, usesLeft: number, away = false) => ({
  barcode,
  usesLeft,
  away,
  uses: 1,
  slot: null,
  drive: null,
});

test('drives that want cleaning and cleaning tapes that are used up wait for somebody, and one that is away cleans nothing', () => {
  const tapes = [tape('CLN001CU', 0), tape('CLN002CU', 3, true)];
  const library = { drives: [drive(1, null), drive(2, 'written')], cleaning: { afterBytes: 1, tapes } };
  expect(cleaningAlerts(library)).toEqual([
    { kind: 'drive', drive: 2, wanted: 'written', inUse: false },
    { kind: 'used-up', barcode: 'CLN001CU' },
  ]);
  expect(canClean(library)).toBe(false);
  expect(canClean({ cleaning: { afterBytes: 1, tapes: [tape('CLN003CU', 1)] } })).toBe(true);
});
