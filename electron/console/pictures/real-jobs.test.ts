import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { LaneChunk, Picture } from '../../../shared/contract/picture.ts';
import { CHANNEL_TABLES, type ChannelDirection, type ChannelState } from '../../engine/mover/channel-state.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { LaneBook } from './lane-book.ts';

/** By drive. */
const statesOf = (steps: readonly (readonly [number, ChannelState])[]): Map<number, ChannelState[]> => {
  const states = new Map<number, ChannelState[]>();
  for (const [drive, state] of steps) {
    const seen = states.get(drive) ?? [];
    if (seen.at(-1) !== state) states.set(drive, [...seen, state]);
  }
  return states;
};

/** Runs a job, and gives the pictures of it and every state that the lanes of its drives came to, in order. */
const drawn = async (scene: ConsoleScene, run: () => Promise<unknown>) => {
  const pictures: Picture[] = [];
  const entered = vi.spyOn(LaneBook.prototype, 'entered');
  try {
    const running = run();
    const job = await scene.underWay();
    const hear = (event: ConsoleEvent): boolean => {
      if (event.event === 'picture') pictures.push(event.picture);
      return true;
    };
    const last = (await scene.call('job.follow', { job: job.id }, { onEvent: hear })).picture;
    await running;
    return { states: statesOf(entered.mock.calls), pictures, last };
  } finally {
    entered.mockRestore();
  }
};

/** Whether every step from one state to the next is one of the table. */
const followsTable = (direction: ChannelDirection, states: readonly ChannelState[]): boolean =>
  states.every(
    (state, at) => at === 0 || Object.values(CHANNEL_TABLES[direction][states[at - 1] as ChannelState]).includes(state),
  );

const hasChunks = (chunks: readonly LaneChunk[]): boolean => chunks.length > 0;

test('lanes of backups, restores, verifications and rebuilds go through the states of their channels, and end closed', async () => {
  const scene = new ConsoleScene();
  for (let n = 0; n < 12; n += 1) scene.write(`file-${n}`, randomBytes(9_000_000));
  await scene.protect({ drives: 2, tapeSize: 256 << 20 });

  const backup = await drawn(scene, () => scene.call('backup', { object: 'files' }));
  expect(backup.states.get(1)).toEqual(['requested', 'open', 'at-beginning', 'writing', 'at-end', 'closed']);
  for (const states of backup.states.values()) expect(followsTable('backup', states)).toBe(true);
  for (const { lanes } of backup.pictures)
    for (const { state, chunks } of lanes) if (hasChunks(chunks)) expect(state).not.toMatch(/requested|open/);
  expect(backup.last?.lanes.map(({ state }) => state)).toEqual(['closed', 'closed']);
  expect(backup.last?.bottleneck).toMatch(/source|processing|tape/);
  for (const { busy } of Object.values(backup.last?.stations ?? {})) expect(busy).toBeGreaterThanOrEqual(0);

  const to = { path: `${scene.root}/back` };
  const restore = await drawn(scene, () => scene.call('restore', { set: 'files', to }));
  expect(restore.states.get(1)).toEqual(['open', 'at-beginning', 'reading', 'at-end', 'closed']);
  expect(restore.last?.lanes.map(({ state }) => state)).toEqual(['closed', 'closed']);
  expect(restore.last?.log.map(({ code }) => code)).not.toContain('SPANNED');
  expect(restore.last?.log.filter(({ code }) => code === 'UNMOUNTED')).toHaveLength(2);

  const verified = await drawn(scene, () => scene.call('verify', { vault: scene.vault }));
  expect(verified.states.get(1)).toEqual(['open', 'at-beginning', 'reading', 'at-end', 'closed']);
  expect(verified.last?.sets.map(({ object }) => object)).toEqual(['files']);
  const rebuilt = await drawn(scene, () => scene.call('vault.rebuild', { dir: scene.vault }));
  expect([...rebuilt.states.keys()]).toEqual([1]);
  expect(rebuilt.states.get(1)?.slice(0, 4)).toEqual(['open', 'at-beginning', 'reading', 'at-end']);
  expect(followsTable('restore', rebuilt.states.get(1) ?? [])).toBe(true);
  // Whatever reads all of the tapes finds the same chunks on them.
  const read = (last: Picture | null | undefined) =>
    last?.lanes.reduce((sum, { chunks }) => sum + chunks.reduce((all, [, bytes]) => all + bytes, 0), 0);
  expect(read(verified.last)).toBe(read(backup.last));
  const [lane] = rebuilt.last?.lanes ?? [];
  expect(lane?.chunkCount).toBe(verified.last?.lanes.find(({ tape }) => tape === lane?.tape)?.chunkCount);

  // Damage is told as it is read, not when all was read.
  const image = `${scene.vault}/tapes/${lane?.tape}L8.tap`;
  const bytes = readFileSync(image);
  bytes[1 << 20] = (bytes[1 << 20] as number) ^ 1;
  writeFileSync(image, bytes);
  const damaged = await drawn(scene, () => scene.call('verify', { vault: scene.vault }));
  expect(damaged.last?.warnings).toMatchObject([{ code: 'UNIT_DAMAGED', path: lane?.tape }]);
});
