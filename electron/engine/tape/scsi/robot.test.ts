import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asColdframeError } from '../../../../shared/errors.ts';
import { readRobotLog } from '../robot-log.ts';
import { bringTape } from './bring-tape.ts';
import { LoggedChanger } from './logged-changer.ts';
import { moveForOperator } from './move-for-operator.ts';
import { RobotQueue, type RobotTicket } from './robot-queue.ts';
import { MemoryChanger } from './testing/memory-changer.ts';

const folder = (): string => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-robot-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
};

const robot = () => {
  const vault = folder();
  const memory = new MemoryChanger(['CF0001L8', 'CF0002L8', null]);
  const user = { job: 'a'.repeat(32), kind: 'backup', object: 'files' };
  const changer = new LoggedChanger(memory, { vault, for: [user] }, [1, 2]);
  const unloaded: number[] = [];
  const unload = (element: number): void => void unloaded.push(element);
  const log = () =>
    readRobotLog(vault).map(
      ({ barcode, from, to, outcome }) => `${barcode} ${from.kind} ${from.number} ${to.kind} ${to.number} ${outcome}`,
    );
  return { vault, memory, changer, user, unloaded, unload, log };
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return '';
  } catch (thrown) {
    return asColdframeError(thrown).code;
  }
};

test('a robot writes down each move that it makes, for whom, and none that it does not make', () => {
  const { vault, memory, changer, user, unload, unloaded, log } = robot();
  expect(bringTape(changer, 1, 'CF0001L8', unload)).toBe(true);
  // It lies there already.
  expect(bringTape(changer, 1, 'CF0001L8', unload)).toBe(false);
  expect(bringTape(changer, 1, 'CF0002L8', unload)).toBe(true);
  expect(log()).toEqual([
    'CF0001L8 slot 1 drive 1 done',
    'CF0001L8 drive 1 slot 1 done',
    'CF0002L8 slot 2 drive 1 done',
  ]);
  expect([memory.moves.length, unloaded]).toEqual([3, [1]]);
  expect(readRobotLog(vault).every((move) => move.for.length === 1 && move.for[0]?.job === user.job)).toBe(true);
});

test('a tape goes to the drive, back and to the slot that an operator wants, and to none that is taken', () => {
  const { memory, changer, unload, log } = robot();
  const move = (wanted: Parameters<typeof moveForOperator>[1]) => moveForOperator(changer, wanted, unload);
  expect(move({ to: 'drive', element: 2, barcode: 'CF0001L8' })).toMatchObject({ moved: true });
  expect(codeOf(() => move({ to: 'slot', slot: 2, barcode: 'CF0001L8' }))).toBe('SLOT_TAKEN');
  expect(codeOf(() => move({ to: 'drive', element: 2, barcode: 'CF0009L8' }))).toBe('NO_SUCH_TAPE');
  expect(move({ to: 'home', element: 2 })).toMatchObject({ moved: true, barcode: 'CF0001L8', slot: 1 });
  expect(move({ to: 'home', element: 2 })).toMatchObject({ moved: false, barcode: null });
  expect(move({ to: 'slot', slot: 3, barcode: 'CF0001L8' })).toMatchObject({ moved: true });
  expect(move({ to: 'slot', slot: 3, barcode: 'CF0001L8' })).toMatchObject({ moved: false });
  expect(log()).toEqual([
    'CF0001L8 slot 1 drive 2 done',
    'CF0001L8 drive 2 slot 1 done',
    'CF0001L8 slot 1 slot 3 done',
  ]);
  expect(memory.elements().filter(({ barcode }) => barcode === 'CF0001L8')).toHaveLength(1);
});

test('a log keeps what it can of moves that failed, were cut off, or lie behind what is no line of one', () => {
  const { vault, changer, log } = robot();
  changer.elements();
  expect(codeOf(() => changer.move(1002, 1))).toBe('DEVICE_FAILED');
  const file = path.join(vault, 'robot.jsonl');
  const whole = fs.readFileSync(file, 'utf8').split('\n');
  fs.writeFileSync(file, `no line\n${whole[0]}\n{"ends":`);
  changer.move(1000, 1);
  expect(log()).toEqual([' slot 3 drive 1 unknown', 'CF0001L8 slot 1 drive 1 done']);
  fs.writeFileSync(file, `${'x'.repeat(600_000)}\n`);
  changer.elements();
  changer.move(1, 1000);
  changer.elements();
  changer.move(1000, 1);
  expect(log().at(-1)).toBe('CF0001L8 slot 1 drive 1 done');
  expect(fs.statSync(file).size).toBeLessThan(300_000);
  // A tape is moved whether that can be written down or not.
  fs.rmSync(file);
  fs.mkdirSync(file);
  changer.elements();
  changer.move(1, 1000);
  expect(log()).toEqual([]);
});

test('who came first to a robot goes first, everybody sees who waits for what, and who was killed is nobody', () => {
  const dir = folder();
  const queue = RobotQueue.at(path.join(dir, 'queue')) as RobotQueue;
  const join = (barcode: string) => queue.join({ vault: '/vault', barcode, for: [] }) as RobotTicket;
  const seen = () => queue.list().map(({ barcode, moving }) => `${barcode} ${moving ? 'moves' : 'waits'}`);
  const first = join('CF0001L8');
  while (Date.now() === queue.list()[0]?.since);
  const second = join('CF0002L8');
  expect([first.isNext(), second.isNext(), seen()]).toEqual([true, false, ['CF0001L8 waits', 'CF0002L8 waits']]);
  first.begin();
  expect([second.isNext(), seen()]).toEqual([true, ['CF0001L8 moves', 'CF0002L8 waits']]);
  first.end();
  // What holds no lock on its ticket any more was killed.
  fs.writeFileSync(path.join(dir, 'queue', `${'0'.repeat(15)}-x.waits`), '{}');
  expect([second.isNext(), seen()]).toEqual([true, ['CF0002L8 waits']]);
  second.end();
  expect(fs.readdirSync(path.join(dir, 'queue'))).toEqual([]);
});
