import { expect, test } from 'vitest';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { libraryAlerts, noTapeLeft } from './library-alerts.ts';

const tape = (id: string, state: string): TapeView =>
  ({ id, barcode: `${id}L8`, state, note: `${id} is ${state}` }) as TapeView;

test('alerts are what is known to be missing or damaged and what an inventory found, each tape once, the worst first', () => {
  const tapes = [
    tape('CF0001', 'filling'),
    tape('CF0002', 'missing'),
    tape('CF0003', 'damaged'),
    tape('CF0004', 'missing'),
  ];
  const findings = [
    { barcode: 'CF0004L8', kind: 'swapped', message: 'swapped with CF0002L8' },
    { barcode: 'CF0009L8', kind: 'foreign', message: 'of another vault' },
    { barcode: 'CF0001L8', kind: 'returned', message: 'is back' },
  ];
  const alerts = libraryAlerts(tapes, findings);
  expect(alerts.map(({ barcode, kind, tape: known }) => [barcode, kind, known?.id])).toEqual([
    ['CF0003L8', 'damaged', 'CF0003'],
    ['CF0002L8', 'missing', 'CF0002'],
    ['CF0004L8', 'swapped', 'CF0004'],
    ['CF0009L8', 'foreign', undefined],
  ]);
  const ejected = { ...tape('CF0005', 'missing'), away: true, importExport: 1 };
  expect(libraryAlerts([ejected], [])).toMatchObject([{ barcode: 'CF0005L8', kind: 'outside' }]);
  const harmed = [
    { ...tape('CF0006', 'full'), damagedChunks: 1 },
    { ...tape('CF0007', 'damaged'), damagedChunks: 1 },
    tape('CF0008', 'missing'),
  ];
  expect(libraryAlerts(harmed, []).map(({ barcode, kind }) => [barcode, kind])).toEqual([
    ['CF0007L8', 'damaged'],
    ['CF0006L8', 'damagedChunks'],
    ['CF0008L8', 'missing'],
  ]);
  const right = {
    ...tape('CF0009', 'full'),
    copyOf: 'CF0006',
    chunks: 3,
    damagedChunks: 0,
    verifiedAt: '2026-01-01T00:00:00Z',
  };
  const holdersWith = (change: Partial<TapeView>) =>
    libraryAlerts(
      [
        { ...tape('CF0006', 'full'), chunks: 3, damagedChunks: 1 },
        { ...right, ...change },
      ],
      [],
    )[0]?.holders;
  expect(holdersWith({})).toEqual([right]);
  const none = [{ chunks: 2 }, { verifiedAt: null }, { away: true }, { damagedChunks: 1 }, { copyOf: null }];
  for (const change of none) expect(holdersWith(change)).toEqual([]);
  const away = { ...right, away: true, state: 'missing', verifiedAt: null };
  const [alert] = libraryAlerts([{ ...tape('CF0006', 'full'), chunks: 3, damagedChunks: 1 }, away], []);
  expect(alert).toMatchObject({ barcode: 'CF0006L8', holders: [], holdersAway: [away] });
  const back = [{ barcode: 'CF0001L8', kind: 'missing', message: 'was away' }];
  expect(libraryAlerts([tape('CF0001', 'filling')], back)).toEqual([]);
});

test('a tape on a shelf waits for nobody until it is wanted, or another one lies in its place', () => {
  const shelved = { ...tape('CF0001', 'missing'), away: true, shelf: 'bank, box 7' };
  const missing = [{ barcode: 'CF0001L8', kind: 'missing', message: 'is not there' }];
  expect(libraryAlerts([shelved], [])).toEqual([]);
  expect(libraryAlerts([shelved], missing)).toEqual([]);
  expect(libraryAlerts([shelved], missing, ['CF0001'])).toMatchObject([{ kind: 'missing' }]);
  expect(libraryAlerts([{ ...shelved, away: false }], [])).toMatchObject([{ kind: 'missing' }]);
  const swapped = [{ barcode: 'CF0001L8', kind: 'swapped', message: 'holds CF0002' }];
  expect(libraryAlerts([shelved], swapped)).toMatchObject([{ kind: 'swapped' }]);
});

test('no tape is left when the library says so, and not when it does not say', () => {
  expect([[], ['CF0001'], null].map((nextTapes) => noTapeLeft({ nextTapes }))).toEqual([true, false, false]);
});
