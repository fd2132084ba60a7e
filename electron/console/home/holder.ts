import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a home, for those who find it held. Says where to connect; the lock alone says whether it is still true. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  readonly version: string;
  readonly command: string;
  readonly socket: string;
}

/** Leaves a note for whoever finds the home held. Called with the lock taken. */
export const announceHolder = (file: string, note: Omit<Holder, 'pid' | 'host'>): void => {
  const holder: Holder = { pid: process.pid, host: hostname(), ...note };
  writeFileSync(`${file}.new`, JSON.stringify(holder), { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

/** Reads the note; null when there is none, or half of one. */
export const readHolder = (file: string): Holder | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
};

/** Takes the note away. Called with the lock still taken. */
export const retractHolder = (file: string): void => rmSync(file, { force: true });
