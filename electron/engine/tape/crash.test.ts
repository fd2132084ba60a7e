import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { FAILPOINTS } from '../../platform/failpoints.ts';
import { programToStart } from '../../platform/testing/bundled-program.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { TapeReader } from './tape-reader.ts';
import { Vault } from './vault.ts';

const program = await programToStart(join(import.meta.dirname, 'testing/fixtures/backup-in-miniature.ts'));
const stations = ['tape', 'label', 'library', 'lease', 'durable-write'];
const places = FAILPOINTS.filter((name) => stations.includes(name.split(':')[0] ?? ''));

/** Runs the program; gives the sequences that it said are durable, and whether it was killed. */
const run = async (
  dir: string,
  from: number,
  failpoint: string,
): Promise<{ durable: number[]; killed: boolean; errors: string }> => {
  const env = { ...process.env, COLDFRAME_FAILPOINT: failpoint };
  const child = spawn(process.execPath, [program, dir, String(from)], { env });
  const [said, errors, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const durable = [...said.matchAll(/durable (\d+)/g)].map(([, sequence]) => Number(sequence));
  return { durable, killed: signal === 'SIGKILL', errors };
};

/** The content of every chunk on every tape of the vault; each must be one byte repeated, that of its sequence. */
const chunksOf = async (dir: string): Promise<number[]> => {
  const vault = Vault.open(dir);
  const found: number[] = [];
  for (const { volume, state } of vault.library.state.tapes) {
    if (state === 'blank') continue;
    const reader = TapeReader.open(vault.access(volume, null));
    for (const finding of reader.scan()) {
      if (finding.kind === 'damage') continue;
      const into = Buffer.alloc(finding.place.payloadBytes);
      reader.readChunkPayload(finding.place, into);
      expect(into.equals(Buffer.alloc(300_000, finding.place.sequence + 1))).toBe(true);
      found.push(finding.place.sequence);
    }
    reader.close();
  }
  await vault.close();
  return found.sort((one, other) => one - other);
};

/** Only what is written to tape is there more of by the fourth time; the rest is tried then with COLDFRAME_THOROUGH=1. */
const hits = (place: string): number[] =>
  process.env.COLDFRAME_THOROUGH === '1' || place.startsWith('tape:') ? [1, 4] : [1];

describe.each(everySecond(places))('a kill at %s', (place) => {
  test.concurrent.each(hits(place))(
    'the %i. time leaves a vault that opens, holds all that was durable, and takes more',
    async (hit) => {
      const dir = mkdtempSync(join(tmpdir(), 'coldframe-crash-'));
      try {
        const first = await run(dir, 0, `${place}:${hit}`);
        if (hit === 1) expect(first.killed).toBe(true);
        const second = await run(dir, 100, '');
        expect(second, second.errors).toMatchObject({ durable: [100, 101, 102, 103], killed: false });
        expect(existsSync(join(dir, 'lease.json'))).toBe(false);
        expect(await chunksOf(dir)).toEqual(expect.arrayContaining([...first.durable, ...second.durable]));
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  );
});
