import { join } from 'node:path';

/** One passphrase for every sealed repository; the benchmark protects nothing. */
export const PASSPHRASE = 'benchmark';
export const PASSPHRASE_FILE = join(import.meta.dirname, 'passphrase.txt');
