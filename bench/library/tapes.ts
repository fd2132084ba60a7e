import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { byteStream } from '../random-bytes.ts';

const program = resolve(import.meta.dirname, '../../dist/coldframe.js');

/** Runs Coldframe, under another program if one is given; its document. Errors: a status other than 0 and 3. */
export const coldframe = (home: string, args: readonly string[], under: readonly string[] = []): unknown => {
  const all = [...under, process.execPath, program, '--home', home, '--json', '--quiet', '--yes', ...args];
  const { status, stdout, stderr } = spawnSync(all[0] ?? '', all.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0 && status !== 3)
    throw new Error(`coldframe ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
};

/** Seconds that some work takes. */
export const timed = (work: () => unknown): number => {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
};

/** The tapes of a vault. */
export const tapesOf = (vault: string): string[] =>
  readdirSync(join(vault, 'tapes'))
    .filter((name) => name.endsWith('.tap'))
    .map((name) => join(vault, 'tapes', name));

export const sizeOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0);

/** Takes files out of the page cache, or reads them into it. */
export const setCache = (files: readonly string[], cold: boolean): void => {
  for (const file of files)
    if (cold) must('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
    else must('cat', [file]);
};

/** Reads files once and lets go of them. */
export const cat = (files: readonly string[]): void => must('cat', files);

/** A file of bytes that no codec shrinks. */
export const writeNoise = (file: string, bytes: number, seed: string): void => {
  const next = byteStream(seed);
  const out = openSync(file, 'w');
  for (let left = bytes; left > 0; left -= 1 << 20) writeSync(out, next(Math.min(left, 1 << 20)));
  closeSync(out);
};

/** Spoils the last file mark of a tape, so that its tail cannot be found. */
export const spoilTail = (tape: string): void => {
  const file = openSync(tape, 'r+');
  writeSync(file, 'XXXX', fstatSync(file).size - 4);
  closeSync(file);
};

/** Bytes that a command reads of some files, by its system calls. Errors: strace is missing. */
export const bytesRead = (
  files: readonly string[],
  log: string,
  work: (under: readonly string[]) => unknown,
): number => {
  const calls = 'trace=read,pread64,readv,preadv,preadv2,mmap,sendfile,copy_file_range';
  work(['strace', '-f', '-qq', '-o', log, '-e', calls, ...files.flatMap((file) => ['-P', file])]);
  let sum = 0;
  for (const line of readFileSync(log, 'latin1').split('\n')) {
    if (/\b(mmap|sendfile|copy_file_range)\(/.test(line)) throw new Error(`not counted: ${line}`);
    sum += Number(/= (\d+)$/.exec(line)?.[1] ?? 0);
  }
  return sum;
};

const must = (file: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${file} ended with ${status}`, { cause: error });
};
