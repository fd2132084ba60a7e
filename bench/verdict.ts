import type { BenchResult, InputName, Operation, PeerDescription, Protection } from './model.ts';
import { type Summary, summarize } from './statistics.ts';

/** A tool's median in one operation. */
export interface Entry {
  readonly peer: PeerDescription;
  readonly summary: Summary;
}

/** Every tool that has figures for an operation, in the order of the run. */
export function entriesOf(result: BenchResult, input: InputName, operation: Operation): Entry[] {
  return result.peers.flatMap((peer) => {
    const own = result.samples.filter(
      (sample) => sample.input === input && sample.operation === operation && sample.peer === peer.name,
    );
    const summary = summarize(own);
    return summary === null ? [] : [{ peer, summary }];
  });
}

/** The quickest rival with the same protection; null where none has figures. */
export function fasterRival(entries: readonly Entry[], protection: Protection): Entry | null {
  const rivals = entries.filter(({ peer }) => peer.role === 'rival' && peer.protection === protection);
  return rivals.toSorted((one, other) => one.summary.wallMs - other.summary.wallMs)[0] ?? null;
}

export interface Goal {
  readonly sentence: string;
  readonly inputs: readonly InputName[];
  readonly operations: readonly Operation[];
  /** Coldframe's figure divided by the faster rival's, at most. */
  readonly atMost: number;
  readonly of: (summary: Summary) => number;
}

const everywhere = ['tree', 'incompressible', 'compressible'] as const;
const wall = ({ wallMs }: Summary): number => wallMs;

export const GOALS: readonly Goal[] = [
  {
    sentence: 'first backup of the tree in half the time',
    inputs: ['tree'],
    operations: ['first'],
    atMost: 0.5,
    of: wall,
  },
  {
    sentence: 'nothing changed: a quarter of the time',
    inputs: ['tree'],
    operations: ['unchanged'],
    atMost: 0.25,
    of: wall,
  },
  {
    sentence: 'restore in two thirds of the time',
    inputs: everywhere,
    operations: ['restore'],
    atMost: 2 / 3,
    of: wall,
  },
  {
    sentence: 'no more memory',
    inputs: everywhere,
    operations: ['first', 'unchanged', 'changed', 'restore', 'restore-one'],
    atMost: 1,
    of: ({ peakTreeBytes }) => peakTreeBytes,
  },
];

export interface Verdict {
  readonly goal: Goal;
  readonly input: InputName;
  readonly operation: Operation;
  readonly subject: PeerDescription;
  readonly rival: PeerDescription;
  readonly ratio: number;
  readonly met: boolean;
}

/** Every goal against every figure that speaks of it. */
export function verdicts(result: BenchResult): Verdict[] {
  return GOALS.flatMap((goal) =>
    goal.inputs.flatMap((input) =>
      goal.operations.flatMap((operation) => {
        const entries = entriesOf(result, input, operation);
        const subjects = entries.filter(({ peer }) => peer.role === 'subject');
        return subjects.flatMap(({ peer, summary }) => {
          const rival = fasterRival(entries, peer.protection);
          if (rival === null) return [];
          const ratio = goal.of(summary) / goal.of(rival.summary);
          return [{ goal, input, operation, subject: peer, rival: rival.peer, ratio, met: ratio <= goal.atMost }];
        });
      }),
    ),
  );
}
