import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { sameDisk } from './disk-identity.ts';
import { type DiskIdentity, identity } from './space-state.ts';

/** How often it is noted that volumes are being written to, in ms. */
const NOTE_MS = 250;
/** By how much a write of ours may be later than the last note, in ms: a note comes late when there is much to do. */
const LATE_MS = 1000;
/** A note is written in place, so it always has the same length. */
const NOTE_BYTES = 512;

const note = z.union([
  /** Nobody writes to it through us, so its disk stays as it is. */
  z.strictObject({ disk: identity }),
  /** It is written to through us, at least until then, in ms since 1970. */
  z.strictObject({ until: z.number() }),
]);
type Note = z.infer<typeof note>;

/** Runs `act` every so many ms, and gives what ends that. */
export type Repeat = (ms: number, act: () => void) => () => void;

export const repeatUnref: Repeat = (ms, act) => {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
};

/**
 * What a process that is killed leaves behind on its volumes in use: how their disks were last known to be, or until when it wrote to
 * them. Later changes to an image were made past us. Notes outlive the process, not a power loss, after which they are not asked for;
 * one that cannot be written leaves an older one, which speaks for less.
 */
export class UseNotes {
  readonly #folder: string;
  readonly #repeat: Repeat;
  /** Volumes that are written to through us. */
  readonly #written = new Set<string>();
  #stop: (() => void) | null = null;

  /** `folder`: in which each volume has its own, by its id. */
  constructor(folder: string, repeat: Repeat) {
    this.#folder = folder;
    this.#repeat = repeat;
  }

  /** Before somebody is given what it takes to write to a volume. */
  written(id: string): void {
    if (this.#written.has(id)) return;
    this.#written.add(id);
    this.#put(id, { until: Date.now() });
    this.#stop ??= this.#repeat(NOTE_MS, () => this.#noteAll());
  }

  /** Nobody writes to a volume through us now; null when its disk cannot be known again, or is away. */
  rests(id: string, disk: DiskIdentity | null): void {
    this.forget(id);
    if (disk !== null) this.#put(id, { disk });
  }

  /** Leaves the note of a volume as it is. */
  forget(id: string): void {
    this.#written.delete(id);
    if (this.#written.size === 0) this.close();
  }

  close(): void {
    this.#written.clear();
    this.#stop?.();
    this.#stop = null;
  }

  /** Whether nobody wrote to an image past the process that was killed, as far as can be seen. */
  speaksFor(id: string, disk: DiskIdentity): boolean {
    const found = this.#read(id);
    if (found === null) return false;
    if ('disk' in found) return sameDisk(found.disk, disk);
    // A clock that was put back tells nothing.
    return (
      Date.now() + LATE_MS >= found.until &&
      BigInt(disk.changed) <= BigInt(Math.ceil(found.until) + LATE_MS) * 1_000_000n
    );
  }

  #noteAll(): void {
    for (const id of this.#written) this.#put(id, { until: Date.now() });
  }

  #put(id: string, what: Note): void {
    const text = `${JSON.stringify(what).padEnd(NOTE_BYTES - 1)}\n`;
    try {
      const fd = openSync(this.#path(id), constants.O_WRONLY | constants.O_CREAT, 0o600);
      try {
        writeSync(fd, text, 0);
      } finally {
        closeSync(fd);
      }
    } catch {
      // The older one is still true.
    }
  }

  #read(id: string): Note | null {
    try {
      const parsed = note.safeParse(JSON.parse(readFileSync(this.#path(id), 'utf8')));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }

  #path(id: string): string {
    return join(this.#folder, id, 'last-use');
  }
}
