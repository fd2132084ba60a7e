import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { containerImage } from './container.ts';
import { FaultyMedium } from './testing/faulty-medium.ts';
import { mediumContract } from './testing/medium-contract.ts';
import { temporaryFolder } from './testing/tapes.ts';
import { VirtualTape } from './virtual-tape.ts';

/** Stands between the tape and the system: null lets a call through. */
const hooks = vi.hoisted(() => ({
  write: null as null | ((bytes: number) => number),
  flush: null as null | (() => void),
}));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    writevSync: (fd: number, parts: Uint8Array[], at: number) => {
      const all = Buffer.concat(parts);
      return real.writeSync(fd, all, 0, hooks.write ? hooks.write(all.length) : all.length, at);
    },
    fdatasyncSync: (fd: number) => (hooks.flush ? hooks.flush() : real.fdatasyncSync(fd)),
  };
});
const refuse = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
beforeEach(() => Object.assign(hooks, { write: null, flush: null }));
afterEach(() => Object.assign(hooks, { write: null, flush: null }));

const emptyTape = (capacity = 1_000_000): VirtualTape => {
  const path = join(temporaryFolder(), 'CF0001L8.tap');
  fs.writeFileSync(path, '');
  return VirtualTape.open({ path, capacity, mode: 'append' });
};

mediumContract('a virtual tape', emptyTape);
mediumContract('a faulty medium without a fault', (capacity) => new FaultyMedium(emptyTape(capacity)));

describe('a virtual tape', () => {
  test('is a SIMH container, byte for byte', () => {
    const tape = emptyTape();
    tape.writeRecords([[Buffer.from('ab'), Buffer.from('cd')]]);
    tape.writeFileMarks(1);
    expect(fs.readFileSync(tape.name).toString('hex')).toBe('04000000616263640400000000000000');
    expect(containerImage([Buffer.from('abcd'), null]).equals(fs.readFileSync(tape.name))).toBe(true);
  });

  test('completes writes that the system did in pieces', () => {
    const tape = emptyTape();
    hooks.write = (bytes) => Math.min(bytes, 7);
    tape.writeRecords([[Buffer.alloc(1000, 1), Buffer.alloc(24, 2)], [Buffer.alloc(10, 3)]]);
    tape.locateBlock(0);
    expect([tape.read(), tape.read()]).toEqual([
      { kind: 'record', data: Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(24, 2)]) },
      { kind: 'record', data: Buffer.alloc(10, 3) },
    ]);
  });

  test('reports a disk that fills up in the middle of a write, and goes on from where it was once there is room', () => {
    const tape = emptyTape();
    tape.writeRecords([[Buffer.from('aa')]]);
    const here = tape.position();
    let calls = 0;
    hooks.write = (bytes) => {
      calls += 1;
      return calls === 1 ? Math.min(bytes, 5) : refuse('ENOSPC')();
    };
    expect(() => tape.writeRecords([[Buffer.from('bbbb')]])).toThrow(
      expect.objectContaining({ code: 'DISK_FULL', kind: 'no-space' }),
    );
    expect([tape.position(), tape.endOffset]).toEqual([here, here.offset + 5]);
    hooks.write = null;
    tape.writeRecords([[Buffer.from('cc')]]);
    tape.locateBlock(1);
    expect(tape.read()).toEqual({ kind: 'record', data: Buffer.from('cc') });
    expect(tape.read().kind).toBe('end');
  });

  test('names path and errno of an error of the system', () => {
    const tape = emptyTape();
    hooks.write = refuse('EIO');
    const expected = { code: 'IO', context: { path: tape.name, errno: 'EIO', block: 0, offset: 0 } };
    expect(() => tape.writeFileMarks(1)).toThrow(expect.objectContaining(expected));
  });

  test('takes nothing more after a flush that failed', () => {
    const tape = emptyTape();
    tape.writeFileMarks(1);
    hooks.flush = refuse('EIO');
    expect(() => tape.flush()).toThrow(expect.objectContaining({ code: 'IO' }));
    hooks.flush = null;
    for (const call of [() => tape.flush(), () => tape.writeFileMarks(1), () => tape.eraseRest()])
      expect(call).toThrow(expect.objectContaining({ code: 'IO' }));
  });

  test('is not written to when it was opened for reading', () => {
    const { name } = emptyTape();
    const tape = VirtualTape.open({ path: name, capacity: 1000, mode: 'read' });
    for (const call of [() => tape.flush(), () => tape.writeFileMarks(1), () => tape.eraseRest()])
      expect(call).toThrow(expect.objectContaining({ code: 'TAPE_PROTECTED' }));
  });

  test('ends at an end-of-medium mark that another tool wrote', () => {
    const { name } = emptyTape();
    fs.writeFileSync(name, Buffer.concat([containerImage([Buffer.from('aa'), null]), Buffer.alloc(4, 0xff)]));
    const tape = VirtualTape.open({ path: name, capacity: 1000, mode: 'read' });
    expect([tape.read().kind, tape.read().kind, tape.read().kind]).toEqual(['record', 'mark', 'end']);
    tape.toEnd();
    expect([tape.readBack().kind, tape.readBack().kind, tape.readBack().kind]).toEqual(['mark', 'record', 'end']);
  });

  test('believes no length word: a record that reaches beyond the end is damage, whatever it claims', () => {
    for (const length of [2, 1_048_576, 1_048_577, 0xfffffffe]) {
      const { name } = emptyTape();
      const word = Buffer.alloc(4);
      word.writeUInt32LE(length);
      fs.writeFileSync(name, word);
      const tape = VirtualTape.open({ path: name, capacity: 1000, mode: 'read' });
      expect(() => tape.read()).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
      tape.toEnd();
      expect(() => tape.readBack()).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
    }
  });
});
