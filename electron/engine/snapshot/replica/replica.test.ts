import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ioError } from '../../../platform/errno.ts';
import type { ManagedDevice } from '../managed-device.ts';
import { SegmentMap } from '../segment-map.ts';
import { ProcessEnded, Scene } from '../testing/scene.ts';
import { conditionOf, specOf } from './replica-condition.ts';
import { placesOf, replicaFiles } from './replica-files.ts';
import { ReplicaImage } from './replica-image.ts';
import { ReplicaOnDisk } from './testing/replica-on-disk.ts';

const SEGMENT = 4096;
let scene: Scene;
let id: string;
let device: ManagedDevice;
let replica: ReplicaOnDisk;
const begin = (segments: number, segmentBytes = SEGMENT, preserve: 'protected' | 'all' = 'protected'): void => {
  id = scene.add('disk', segments * segmentBytes, { segmentBytes, preserve });
  device = scene.device(id);
  replica = new ReplicaOnDisk(scene, id);
};
beforeEach(() => {
  scene = new Scene();
});
afterEach(() => scene.remove());

/** Segments count from 1, as in figures 7 and 8 of the source document. */
const write = (...changes: string[]): void => {
  for (const change of changes) device.write(Buffer.alloc(SEGMENT, change), (Number(change[0]) - 1) * SEGMENT, false);
};
/** What a replica of small segments has, by segment. */
const shown = (content = replica.content): Record<number, string> =>
  Object.fromEntries(
    Array.from({ length: content.length / SEGMENT }, (_, at) => [
      at + 1,
      content.toString('latin1', at * SEGMENT, at * SEGMENT + 2).replaceAll('\0', ''),
    ]).filter(([, text]) => text !== ''),
  );
const read = (): Buffer => {
  const image = new ReplicaImage(specOf(replica.row));
  const content = Buffer.alloc(image.size);
  image.read(content, 0);
  image.close();
  return content;
};
const spoilJournal = (): void => {
  const { journal } = placesOf(replica.path);
  const content = readFileSync(journal);
  content[100] = (content[100] ?? 0) + 1;
  writeFileSync(journal, content);
};
/** Has the process end when a committed journal is about to be applied. */
const endBeforeApplying = async (): Promise<void> => {
  replica.beforeTask = ({ kind }) => {
    if (kind === 'apply') throw new ProcessEnded();
  };
  await expect(replica.update()).rejects.toThrow(ProcessEnded);
  replica.beforeTask = () => undefined;
};

describe.each(['all', 'protected'] as const)('six segments, the third unprotected, preserving %s', (preserve) => {
  test('the replica equals the volume at each moment, except for the third, which never travels', async () => {
    begin(6, SEGMENT, preserve);
    const third = new SegmentMap(6);
    third.add(2);
    await scene.space.protect(id, third);
    await replica.update();
    write('3a', '4a', '3b', '4b', '6a');
    const copied = (task: { kind: string }): void => {
      if (task.kind === 'copy') write('1a', '3c');
    };
    replica.beforeTask = copied;
    expect(await replica.update()).toMatchObject({ whole: null, segments: 2, bytesRead: 2 * SEGMENT });
    expect(shown()).toEqual({ 4: '4b', 6: '6a' });
    replica.beforeTask = (task) => {
      if (task.kind === 'copy') write('1b', '4d', '6c');
    };
    write('1b', '4c', '6b');
    expect(await replica.update()).toMatchObject({ whole: null, segments: 3, bytesRead: 3 * SEGMENT });
    expect(shown()).toEqual({ 1: '1b', 4: '4c', 6: '6b' });
  });
});

test('nothing changed: nothing is read, and the replica is of the later moment', async () => {
  begin(6);
  write('1a');
  await replica.update();
  const before = replica.row.held?.checkpoint;
  expect(await replica.update()).toMatchObject({ whole: null, segments: 0, bytesRead: 0 });
  expect(replica.row.held?.checkpoint).not.toBe(before);
  expect(scene.space.checkpoints.map((one) => one.id)).toEqual([replica.row.held?.checkpoint]);
});

test('holes stay holes, blocks of zeroes become some, and what is trimmed is given back', async () => {
  begin(64, 65_536);
  device.write(Buffer.alloc(65_536, 'a'), 0, false);
  device.write(Buffer.alloc(4096, 'b'), 10 * 65_536, false);
  device.write(Buffer.alloc(65_536), 20 * 65_536, false);
  await replica.update();
  expect(replica.content.equals(readFileSync(scene.space.row(id).path))).toBe(true);
  expect(replica.bytesAllocated).toBeLessThanOrEqual(65_536 + 4096);
  device.trim(0, 65_536, false);
  device.write(Buffer.alloc(4096, 'c'), 30 * 65_536 + 8192, false);
  expect(await replica.update()).toMatchObject({ segments: 2, bytesCopied: 65_536 });
  expect(replica.content.equals(readFileSync(scene.space.row(id).path))).toBe(true);
  expect(replica.bytesAllocated).toBeLessThanOrEqual(2 * 4096);
});

test('a last segment that is a short one is copied as such', async () => {
  id = scene.add('disk', 5 * SEGMENT + 100);
  device = scene.device(id);
  replica = new ReplicaOnDisk(scene, id);
  device.write(Buffer.alloc(200, 'x'), 5 * SEGMENT - 100, false);
  await replica.update();
  device.write(Buffer.alloc(50, 'y'), 5 * SEGMENT + 50, false);
  await replica.update();
  expect(replica.content.equals(readFileSync(scene.space.row(id).path))).toBe(true);
});

test('a volume that grew has its replica grow with it', async () => {
  begin(4);
  write('1a');
  await replica.update();
  await scene.restart();
  truncateSync(scene.space.row(id).path, 7 * SEGMENT);
  device = scene.device(id);
  write('7b');
  expect(await replica.update()).toMatchObject({ whole: 'volume', segments: 1 });
  expect(shown()).toEqual({ 1: '1a', 7: '7b' });
  expect(read().length).toBe(7 * SEGMENT);
});

test('who puts a file in its place during an update keeps that file, and the replica waits for its name', async () => {
  begin(4);
  write('1a');
  await replica.update();
  write('2b');
  replica.files = {
    ...replicaFiles,
    move: (from, to) => {
      replicaFiles.move(from, to);
      if (from === replica.path) writeFileSync(replica.path, 'precious');
    },
  };
  await expect(replica.update()).rejects.toMatchObject({ code: 'REPLICA_PLACE' });
  expect(readFileSync(replica.path, 'utf8')).toBe('precious');
  expect(conditionOf(replica.row, replicaFiles)).toBe('updating');
  await expect(replica.update()).rejects.toMatchObject({ code: 'REPLICA_PLACE' });
  rmSync(replica.path);
  await replica.takeUp();
  expect(shown()).toEqual({ 1: '1a', 2: '2b' });
});

describe('a checkpoint that is not known any more', () => {
  test('has everything compared, and what the replica has already is not copied again', async () => {
    begin(8);
    write('1a', '2a', '3a');
    await replica.update();
    write('2b');
    await scene.space.dropCheckpoint(replica.row.held?.checkpoint ?? '');
    expect(await replica.update()).toMatchObject({ whole: 'checkpoint', segments: 1, bytesRead: 3 * SEGMENT });
    expect(shown()).toEqual({ 1: '1a', 2: '2b', 3: '3a' });
  });

  test('likewise after a power loss, when it is not known what was written', async () => {
    begin(8);
    write('1a', '2a');
    await replica.update();
    scene.losePower();
    device = scene.device(id);
    write('2b');
    expect(await replica.update()).toMatchObject({ whole: 'volume', segments: 1 });
    expect(shown()).toEqual({ 1: '1a', 2: '2b' });
  });
});

describe('a journal that was committed and not applied', () => {
  beforeEach(async () => {
    begin(8);
    write('1a', '2a');
    await replica.update();
    write('2b', '3b');
    await endBeforeApplying();
  });

  test('is what readers see, while the file is as it was', async () => {
    expect(shown()).toEqual({ 1: '1a', 2: '2a' });
    expect(shown(read())).toEqual({ 1: '1a', 2: '2b', 3: '3b' });
    expect(conditionOf(replica.row, replicaFiles)).toBe('updating');
  });

  test('is applied by who takes it up, as often as that is cut short', async () => {
    const reader = new ReplicaImage(specOf(replica.row));
    for (const broken of [1, 2, 3]) {
      let left = broken;
      replica.files = {
        ...replicaFiles,
        device: (path, options) => {
          const file = replicaFiles.device(path, options);
          const plain = file.write.bind(file);
          file.write = (...args) => {
            left -= 1;
            if (left === 0) throw ioError('write', 'EIO', path);
            plain(...args);
          };
          return file;
        },
      };
      const outcome = replica.takeUp();
      if (broken < 3) await expect(outcome).rejects.toMatchObject({ code: 'IO' });
      else expect(await outcome).toBeNull();
      const content = Buffer.alloc(reader.size);
      reader.read(content, 0);
      expect(shown(content)).toEqual({ 1: '1a', 2: '2b', 3: '3b' });
      expect(existsSync(replica.path)).toBe(broken === 3);
    }
    reader.close();
    expect(shown()).toEqual({ 1: '1a', 2: '2b', 3: '3b' });
    expect(existsSync(placesOf(replica.path).journal)).toBe(false);
  });

  test('is not applied when it was damaged: the replica keeps its state, and the next update goes on from there', async () => {
    spoilJournal();
    expect(() => read()).toThrow(expect.objectContaining({ code: 'REPLICA_DAMAGED' }));
    expect(await replica.takeUp()).toMatchObject({ code: 'REPLICA_DAMAGED' });
    expect(shown()).toEqual({ 1: '1a', 2: '2a' });
    expect(shown(read())).toEqual({ 1: '1a', 2: '2a' });
    write('4c');
    expect(await replica.update()).toMatchObject({ whole: null, segments: 3 });
    expect(shown()).toEqual({ 1: '1a', 2: '2b', 3: '3b', 4: '4c' });
  });

  test.each(['cut short', 'lost', 'another one'])('nor when it is %s', async (how) => {
    const { journal } = placesOf(replica.path);
    if (how === 'lost') rmSync(journal);
    else if (how === 'cut short') writeFileSync(journal, readFileSync(journal).subarray(0, -1));
    else writeFileSync(journal, Buffer.alloc(readFileSync(journal).length, 7));
    expect(await replica.takeUp()).toMatchObject({ code: 'REPLICA_DAMAGED' });
    expect(shown()).toEqual({ 1: '1a', 2: '2a' });
  });

  test('that is damaged when a part of it was applied leaves no state, and the next update compares everything', async () => {
    replicaFiles.move(replica.path, placesOf(replica.path).updating);
    spoilJournal();
    expect(await replica.takeUp()).toMatchObject({ code: 'REPLICA_DAMAGED' });
    expect(conditionOf(replica.row, replicaFiles)).toBe('empty');
    expect(existsSync(replica.path)).toBe(false);
    expect(await replica.update()).toMatchObject({ whole: 'first', segments: 2 });
    expect(shown()).toEqual({ 1: '1a', 2: '2b', 3: '3b' });
  });

  test('is not applied to a file that somebody else wrote to', async () => {
    appendByte(replica.path);
    expect(await replica.takeUp()).toMatchObject({ code: 'REPLICA_CHANGED' });
    expect(await replica.update()).toMatchObject({ whole: 'file' });
    expect(shown()).toEqual({ 1: '1a', 2: '2b', 3: '3b' });
  });
});

/** Writes into a file as a program would that knows nothing of replicas. */
const appendByte = (path: string): void => {
  const fd = openSync(path, 'r+');
  writeSync(fd, 'X', 6 * SEGMENT);
  closeSync(fd);
};

test('a file that somebody else wrote to is not shown, and is made good by comparing everything', async () => {
  begin(8);
  write('1a');
  await replica.update();
  appendByte(replica.path);
  expect(() => read()).toThrow(expect.objectContaining({ code: 'REPLICA_CHANGED' }));
  expect(conditionOf(replica.row, replicaFiles)).toBe('changed');
  expect(await replica.update()).toMatchObject({ whole: 'file', segments: 1 });
  expect(shown(read())).toEqual({ 1: '1a' });
});

test('what somebody writes while it is compared is not taken for its own', async () => {
  begin(8);
  write('1a');
  await replica.update();
  write('1b');
  replica.files = {
    ...replicaFiles,
    device: (path, options) => {
      const device = replicaFiles.device(path, options);
      appendByte(path);
      return device;
    },
  };
  await expect(replica.update()).rejects.toMatchObject({ code: 'REPLICA_CHANGED' });
  replica.files = replicaFiles;
  expect(conditionOf(replica.row, replicaFiles)).toBe('changed');
  expect(await replica.update()).toMatchObject({ whole: 'file' });
  expect(shown()).toEqual({ 1: '1b' });
});

test('a journal is applied to the file that it was made for, and to no other', async () => {
  begin(6);
  write('1a', '2a');
  await replica.update();
  write('1b');
  await endBeforeApplying();
  const { file, updating } = placesOf(replica.path);
  renameSync(file, `${file}.away`);
  scene.kill();
  await expect(replica.update()).rejects.toMatchObject({ code: 'NO_SUCH_REPLICA' });
  expect([existsSync(file), existsSync(updating)]).toEqual([false, false]);
  writeFileSync(updating, 'precious');
  await expect(replica.update()).rejects.toMatchObject({ code: 'NO_SUCH_REPLICA' });
  expect(readFileSync(updating, 'latin1')).toBe('precious');
  renameSync(`${file}.away`, file);
  await expect(replica.update()).rejects.toMatchObject({ code: 'REPLICA_PLACE' });
  rmSync(updating);
  await replica.update();
  expect(shown()).toEqual({ 1: '1b', 2: '2a' });
});

test('a file of another size, or one that is not there, is refused', async () => {
  begin(8);
  write('1a');
  await replica.update();
  appendFileSync(replica.path, 'more');
  await expect(replica.update()).rejects.toMatchObject({ code: 'REPLICA_PLACE' });
  rmSync(replica.path);
  await expect(replica.update()).rejects.toMatchObject({ code: 'NO_SUCH_REPLICA' });
  expect(scene.space.snapshots).toEqual([]);
});

test('without room for what the file needs nothing is committed, and the next update goes on', async () => {
  begin(8);
  write('1a');
  await replica.update();
  write('2b');
  replica.files = { ...replicaFiles, room: () => SEGMENT };
  await expect(replica.update()).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(shown()).toEqual({ 1: '1a' });
  expect(existsSync(placesOf(replica.path).journal)).toBe(false);
  expect(scene.space.checkpoints).toHaveLength(1);
  replica.files = replicaFiles;
  expect(await replica.update()).toMatchObject({ whole: null, segments: 1 });
  expect(shown()).toEqual({ 1: '1a', 2: '2b' });
});

test('a snapshot that is lost while it is copied commits nothing', async () => {
  begin(8);
  write('1a');
  await replica.update();
  write('2b', '3b');
  replica.beforeTask = ({ kind }) => {
    if (kind === 'copy') scene.space.volume(id).memory.invalidate(0xff, 'full');
  };
  await expect(replica.update()).rejects.toMatchObject({ code: 'SNAPSHOT_LOST' });
  replica.beforeTask = () => undefined;
  expect(shown()).toEqual({ 1: '1a' });
  expect(await replica.update()).toMatchObject({ whole: null, segments: 2 });
});
