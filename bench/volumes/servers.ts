import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of one image over NBD, as started for a bench. */
export interface ServerKind {
  readonly name: string;
  readonly subject: boolean;
  argv(image: string, socket: string): readonly [string, ...string[]];
}

/** The export has this name with every server: nbdkit and qemu-nbd take any, or the one they are given. */
export const EXPORT = 'disk';

const PATIENCE_MS = 20_000;
const TICKS_A_SECOND = 100;

const nbdkit = (name: string, ...options: readonly string[]): ServerKind => ({
  name,
  subject: false,
  argv: (image, socket) => ['nbdkit', '--foreground', '--unix', socket, ...options, 'file', image],
});

export const qemuNbd = (name: string, format: 'raw' | 'qcow2', ...options: readonly string[]): ServerKind => ({
  name,
  subject: false,
  argv: (image, socket) => [
    'qemu-nbd',
    '--persistent',
    '--shared=16',
    `--socket=${socket}`,
    `--format=${format}`,
    `--export-name=${EXPORT}`,
    ...options,
    image,
  ],
});

/** All of them flush to the file when a client asks for it. */
export const PEERS: readonly ServerKind[] = [
  nbdkit('nbdkit'),
  nbdkit('nbdkit -t 1', '-t', '1'),
  nbdkit('nbdkit -t 4', '-t', '4'),
  qemuNbd('qemu-nbd', 'raw', '--cache=writeback'),
  qemuNbd('qemu-nbd --aio=io_uring', 'raw', '--cache=writeback', '--aio=io_uring'),
];

/** Coldframe as this checkout built it, with a home of its own. */
export class Coldframe {
  readonly #program: readonly string[];

  constructor(program: readonly string[], home: string) {
    this.#program = [...program, '--home', home, '--yes', '--json'];
  }

  argv(...args: readonly string[]): [string, ...string[]] {
    const [first = '', ...rest] = this.#program;
    return [first, ...rest, ...args];
  }

  /** The server of one of its volumes; the image is that of the volume. */
  server(name: string, volume: string): ServerKind {
    return { name, subject: true, argv: (_image, socket) => this.argv('volume', 'serve', volume, '--socket', socket) };
  }
}

/** Serves nothing of its own and does no I/O: what is left of the time is the client's, the socket's and the protocol's. */
export const CEILING: ServerKind = {
  name: 'nbdkit null',
  subject: false,
  argv: (image, socket) => ['nbdkit', '--foreground', '--unix', socket, 'null', String(statSync(image).size)],
};

/** A server that runs. */
export class Server {
  readonly name: string;
  readonly pid: number;
  readonly #socket: string;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, socket: string) {
    this.name = name;
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#socket = socket;
  }

  /** Errors: it ends, or makes no socket in time. */
  static async start(kind: ServerKind, image: string, folder: string): Promise<Server> {
    const socket = join(folder, `${kind.name.replaceAll(/\W+/g, '-')}.sock`);
    rmSync(socket, { force: true });
    const [program, ...args] = kind.argv(image, socket);
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    const server = new Server(kind.name, child, socket);
    const deadline = Date.now() + PATIENCE_MS;
    while (!existsSync(socket)) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await server.stop();
        throw new Error(`${[program, ...args].join(' ')} does not serve: ${said}`);
      }
      await sleep(20);
    }
    return server;
  }

  /** Processor time of its process so far, seconds; in steps of a hundredth (proc(5)). */
  get processorSeconds(): number {
    const [, fields = ''] = readFileSync(`/proc/${this.pid}/stat`, 'latin1').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / TICKS_A_SECOND;
  }

  uri(name: string = EXPORT): string {
    return `nbd+unix:///${name}?socket=${this.#socket}`;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
