/** What is backed up: a folder, or one large file in a folder of its own. */
export interface Input {
  readonly name: InputName;
  /** For people: what it holds. */
  readonly title: string;
  /** Absolute path of the folder that is backed up. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Absolute path of the file that is restored alone, or null where the input is one file. */
  readonly oneFile: string | null;
}

export const INPUT_NAMES = ['tree', 'incompressible', 'compressible'] as const;
export type InputName = (typeof INPUT_NAMES)[number];

export const OPERATIONS = ['first', 'unchanged', 'changed', 'restore', 'restore-one'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const OPERATION_TITLES: Readonly<Record<Operation, string>> = {
  first: 'First backup',
  unchanged: 'Backup with nothing changed',
  changed: 'Backup with 1 % changed',
  restore: 'Restore of everything',
  'restore-one': 'Restore of one file',
};

/** A program to run: `argv[0]` is looked for on PATH. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What one run of a command took. */
export interface Measurement {
  /** Until the program ended and what it wrote was on the medium. */
  readonly wallMs: number;
  /** The share of `wallMs` after the program ended, in which the rest was flushed. */
  readonly flushMs: number;
  /** User and system time of the program and all its descendants. */
  readonly cpuMs: number;
  /** Highest sum of resident memory over the process tree, sampled. */
  readonly peakTreeBytes: number;
  /** Highest resident memory of one process of it (the kernel's high-water mark, last seen). */
  readonly peakProcessBytes: number;
}

/** Which tools are compared with one another: like with like. */
export type Protection = 'sealed' | 'open';

/**
 * A tool under test. Each keeps everything below the folder it was made with; `source` and `destination` are absolute.
 * Commands are only described here: the runner runs them.
 */
export interface Peer {
  readonly name: string;
  /** `subject` is Coldframe, `rival` counts for the goals, `copier` is shown beside them. */
  readonly role: 'subject' | 'rival' | 'copier';
  readonly protection: Protection;
  /** The programs it needs on PATH. */
  readonly needs: readonly string[];
  /** Prints the version. */
  readonly version: Command;
  /** Run before the clock: an empty repository. */
  setup(source: string): readonly Command[];
  first(source: string): Command;
  /** `generation` counts from 1. */
  again(source: string, generation: number): Command;
  restore(source: string, destination: string, generation: number): Command;
  restoreOne(source: string, file: string, destination: string, generation: number): Command;
  /** Where `restore` puts what was at `path`. */
  restoredPath(path: string, destination: string): string;
  /** The folder whose growth is what was stored. */
  readonly repository: string;
}

/** One measured operation of one tool in one repetition. */
export interface Sample extends Measurement {
  readonly input: InputName;
  readonly operation: Operation;
  readonly peer: string;
  readonly repetition: number;
  /** Growth of the repository on disk; null for restores. */
  readonly storedBytes: number | null;
}

/** What the machine can do at best, measured in the same run. */
export interface LimitSample extends Measurement {
  readonly input: InputName;
  readonly limit: string;
  readonly repetition: number;
}

export interface PeerDescription {
  readonly name: string;
  readonly role: Peer['role'];
  readonly protection: Protection;
  readonly version: string;
  /** Command lines by operation, with the work folder shortened. */
  readonly commands: Readonly<Record<string, string>>;
}

/** A whole run, as it is saved. */
export interface BenchResult {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly settings: Readonly<{ repetitions: number; quick: boolean; cache: 'warm' | 'cold' }>;
  readonly inputs: readonly Omit<Input, 'path' | 'oneFile'>[];
  readonly peers: readonly PeerDescription[];
  readonly samples: readonly Sample[];
  readonly limits: readonly LimitSample[];
  /** Restores that were not equal to the source, and commands that failed: such a tool has no figures. */
  readonly failures: readonly string[];
}
