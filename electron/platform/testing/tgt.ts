import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const TGT_PEERS = ['tgtd', 'tgtadm', 'tgtimg'] as const;
const TARGET = 'iqn.2026-01.invalid.coldframe:library';
const CHANGER_LUN = 9;
export const FIRST_SLOT = 1000;
export const FIRST_IMPORT_EXPORT = 900;

export interface TgtOptions {
  readonly drives?: number;
  /** Empty slots beside those of the tapes. */
  readonly spare?: number;
  /** Import/export elements. */
  readonly importExport?: number;
  readonly barcodes: readonly string[];
  /** Of a tape, in MiB, at which the drive warns. */
  readonly tapeMiB?: number;
  /** Demanded of who logs in, when given. */
  readonly chap?: { readonly user: string; readonly secret: string };
}

/** A library of tgtd: drives, a changer, and tapes in a folder of their own, behind a port of the loopback. */
export interface TgtLibrary {
  readonly changer: string;
  readonly drives: readonly string[];
  readonly folder: string;
  admin(...args: string[]): string;
  /** Puts a new tape into an import/export element, counted from 0. */
  bring(barcode: string, index: number): void;
  /** Puts a tape that there is by hand into an element, counted from 0 among its kind; null: takes out what lies there. Makes it if there is none. */
  put(kind: 'storage' | 'importExport', index: number, barcode: string | null): void;
  stop(): Promise<void>;
}

/** Starts one in user space, without a module of the kernel. */
export const startTgt = async (options: TgtOptions): Promise<TgtLibrary> => {
  const { drives = 1, spare = 1, importExport = 0, barcodes, tapeMiB = 64, chap } = options;
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-tgt-'));
  const port = await freePort();
  // The number of its control socket: free where the port is.
  const control = String(port);
  const admin = (...args: string[]) =>
    execFileSync('tgtadm', ['-C', control, '--lld', 'iscsi', ...args], { encoding: 'utf8', stdio: 'pipe' });
  const daemon = spawn('tgtd', ['-f', '-C', control, '--iscsi', `portal=127.0.0.1:${port}`], { stdio: 'ignore' });
  const make = (barcode: string) => {
    const file = ['--barcode', barcode, '--size', String(tapeMiB), '--type', 'data', '--file', join(folder, barcode)];
    execFileSync('tgtimg', ['--op', 'new', '--device-type', 'tape', ...file], { stdio: 'pipe' });
  };
  const bring = (barcode: string, index: number) => {
    make(barcode);
    const where = `element_type=3,address=${FIRST_IMPORT_EXPORT + index},barcode=${barcode},sides=1`;
    admin('--mode', 'logicalunit', '--op', 'update', '--tid', '1', '--lun', String(CHANGER_LUN), '--params', where);
  };
  const put = (kind: 'storage' | 'importExport', index: number, barcode: string | null) => {
    if (barcode !== null && !existsSync(join(folder, barcode))) make(barcode);
    const where = kind === 'storage' ? [2, FIRST_SLOT + index] : [3, FIRST_IMPORT_EXPORT + index];
    const what = barcode === null ? 'clear_slot=1' : `barcode=${barcode},sides=1`;
    const params = `element_type=${where[0]},address=${where[1]},${what}`;
    admin('--mode', 'logicalunit', '--op', 'update', '--tid', '1', '--lun', String(CHANGER_LUN), '--params', params);
  };
  const stop = async () => {
    await ended(daemon);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(() => admin('--op', 'show', '--mode', 'sys'), daemon);
    writeFileSync(join(folder, 'changer'), Buffer.alloc(1024));
    for (const barcode of barcodes) make(barcode);
    admin('--op', 'new', '--mode', 'target', '--tid', '1', '-T', TARGET);
    const lun = (op: string, number: number, ...more: string[]) =>
      admin('--mode', 'logicalunit', '--op', op, '--tid', '1', '--lun', String(number), ...more);
    const first = join(folder, barcodes[0] ?? '');
    for (let number = 1; number <= drives; number += 1) {
      lun('new', number, '-b', first, '--device-type=tape', '--bstype=ssc');
      lun('update', number, '--params', 'online=0');
    }
    lun('new', CHANGER_LUN, '-b', join(folder, 'changer'), '--device-type=changer');
    const changer = (params: string) => lun('update', CHANGER_LUN, '--params', params);
    changer(`media_home=${folder}`);
    changer(`element_type=4,start_address=1,quantity=${drives}`);
    for (let number = 1; number <= drives; number += 1) changer(`element_type=4,address=${number},tid=1,lun=${number}`);
    changer('element_type=1,start_address=500,quantity=1');
    changer(`element_type=2,start_address=${FIRST_SLOT},quantity=${barcodes.length + spare}`);
    if (importExport > 0) changer(`element_type=3,start_address=${FIRST_IMPORT_EXPORT},quantity=${importExport}`);
    for (const [index, barcode] of barcodes.entries())
      changer(`element_type=2,address=${FIRST_SLOT + index},barcode=${barcode},sides=1`);
    if (chap) {
      admin('--mode', 'account', '--op', 'new', '--user', chap.user, '--password', chap.secret);
      admin('--mode', 'account', '--op', 'bind', '--tid', '1', '--user', chap.user);
    }
    admin('--op', 'bind', '--mode', 'target', '--tid', '1', '-I', 'ALL');
  } catch (error) {
    await stop();
    throw error;
  }
  const place = (number: number) => `iscsi://127.0.0.1:${port}/${TARGET}/${number}`;
  const numbers = Array.from({ length: drives }, (_, index) => index + 1);
  return { changer: place(CHANGER_LUN), drives: numbers.map(place), folder, admin, bring, put, stop };
};

const answers = async (ask: () => unknown, daemon: ChildProcess): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    try {
      ask();
      return;
    } catch (error) {
      if (tries > 100 || daemon.exitCode !== null) throw error;
      await sleep(50);
    }
  }
};

const ended = async (daemon: ChildProcess): Promise<void> => {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGKILL');
  await gone;
};

const freePort = async (): Promise<number> =>
  await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    // Below the ephemeral ports of Linux and among the numbers that tgtd takes for its control socket.
    const wanted = 20_000 + Math.floor(Math.random() * 10_000);
    server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(wanted)));
  });
