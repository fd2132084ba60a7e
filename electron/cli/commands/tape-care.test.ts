import { expect, test } from 'vitest';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { libraryText } from './library.ts';
import { lossText, retireText } from './tape-care.ts';
import { stateOf, whereOf } from './tapes.ts';

const losses = (front: { readonly damage: string; readonly known: boolean } | null) =>
  PROCEDURES['tape.losses'].output.parse({
    tape: {
      id: 'CF0003',
      barcode: 'CF0003L8',
      pool: 'data',
      slot: 3,
      drive: null,
      state: 'damaged',
      note: '',
      writeProtected: false,
      bytesCapacity: 1,
      bytesUsed: 0,
      chunks: 0,
      mounts: 0,
      labelledAt: null,
    },
    vault: '/v',
    chunks: 0,
    chunksLost: 0,
    sets: [],
    elements: [],
    unlisted: 0,
    front,
    asOf: '2026-01-31T10:00:00.000Z',
  });

test('of a tape whose beginning is legible it is said that nothing on it is kept; of another one only what the catalog knows', () => {
  expect(lossText(losses(null))).toBe('Nothing on tape CF0003L8 is kept.');
  const known = lossText(losses({ damage: 'torn.', known: true })).split('\n');
  expect(known[0]).toBe('The beginning of tape CF0003L8 is damaged: torn.');
  expect(known.at(-1)).toBe('The catalog of this home knows of nothing on tape CF0003L8.');
  const unknown = lossText(losses({ damage: 'torn.', known: false }));
  expect(unknown).toContain('Whatever lies in slot 3 would be erased.');
  expect(unknown).not.toContain('is kept');
});

test('who retires a tape is told which block sets lie there alone, and which on copies that were read', () => {
  const set = { object: 'docs', level: 'full', state: 'complete', createdAt: '2026-01-31T10:00:00.000Z' };
  const all = {
    ...losses(null),
    sets: [
      { ...set, id: 'a'.repeat(32), onCopies: false },
      { ...set, id: 'b'.repeat(32), onCopies: true },
    ],
    copies: [{ tape: 'CF0009', barcode: 'CF0009L8', verifiedAt: '2026-01-31T10:00:00.000Z' }],
  };
  const [alone, copied] = retireText(all).split('These lie on copies, too');
  expect(alone).toMatch(/only as long as it is there and sound:\n.*\naaaaaaaa /);
  expect(alone).not.toContain('bbbbbbbb');
  expect(copied).toMatch(/\nbbbbbbbb .*\n {2}CF0009L8: read through and found right at 2026-01-31/s);
  expect(retireText({ ...all, sets: all.sets.slice(1) })).not.toContain('only as long');
});

test('of a drive and of a tape in it it is said where the head is while something moves', () => {
  const { tape } = losses(null);
  const library = PROCEDURES['library.show'].output.parse({
    vault: '/v',
    drives: [{ number: 1, tape: 'CF0003', barcode: 'CF0003L8', inUse: true, mounts: 1 }],
    slots: [],
    pools: [],
    tapes: [tape],
    heads: [
      { drive: 1, tape: 'CF0003', job: 'a'.repeat(32), doing: 'writing', position: 3 << 20, bytesPerSecond: 1 << 20 },
    ],
  });
  expect(libraryText(library, [], library.heads)).toContain('a job works with it, writing at 3.0 MiB, 1.0 MiB/s');
});

test('of a tape it is said that it is not here, that it is out of reach, and which job waits for it or for what it would do for', () => {
  const { tape } = losses(null);
  const request = {
    job: 'ab'.repeat(16),
    kind: 'restore' as const,
    object: 'docs',
    vault: '/v',
    since: '2026-01-31T10:00:00.000Z',
    tapes: [
      {
        tape: 'CF0003',
        barcode: 'CF0003L8',
        slot: 3,
        importExport: null,
        pool: 'data',
        shelf: null,
        instead: ['CF0009L8'],
        chunks: 2,
        bytes: 9,
        note: '',
      },
    ],
  };
  const away = { ...tape, barcode: 'CF0003L8', state: 'full', away: true };
  expect(stateOf(tape)).toBe('damaged');
  expect(stateOf(away)).toBe('full, not here');
  expect(stateOf({ ...away, importExport: 1 })).toBe('full, out of reach');
  expect(stateOf({ ...away, state: 'missing', note: 'gone' })).toBe('missing, gone');
  const shelved = { ...away, state: 'missing', note: 'gone', shelf: 'bank, box 7' };
  expect([stateOf(shelved), whereOf(shelved)]).toEqual(['on a shelf', 'shelf bank, box 7']);
  expect(whereOf({ ...shelved, away: false })).toBe('slot 3');
  expect(stateOf(away, [request])).toBe('full, not here, wanted by the restore of docs (job abababab)');
  expect(stateOf({ ...tape, id: 'CF0009', barcode: 'CF0009L8', copyOf: 'CF0003' }, [request])).toContain(
    'would do for CF0003L8, wanted by the restore',
  );
  expect(stateOf({ ...tape, onceCopyOf: 'CF0001' })).toContain('was a copy of CF0001, which was labelled anew');
  const library = PROCEDURES['library.show'].output.parse({
    vault: '/v',
    drives: [],
    slots: [{ number: 3, tape: 'CF0003', barcode: 'CF0003L8' }],
    pools: [],
    tapes: [away],
    requests: [request],
  });
  const text = libraryText(library, library.requests);
  expect(text).toContain('full, not here, wanted by');
  expect(text).toContain('CF0003L8, or CF0009L8 (slot 3, pool data): 2 chunks');
  expect(text).toContain('coldframe job cancel abababab');
  expect(libraryText({ ...library, tapes: [{ ...away, state: 'retired' }] })).toContain('; retired 1 tape');
  expect(text).not.toContain('No tape is left');
  expect(libraryText({ ...library, nextTapes: [] })).toContain('No tape is left for backups: label more');
});
