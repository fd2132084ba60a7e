import { readdirSync, readFileSync } from 'node:fs';

/** What a tree of processes holds in memory at one moment, in bytes. */
export interface TreeMemory {
  /** Resident memory, summed over the processes: pages that they share count once in each. */
  readonly sum: number;
  /** The highest high-water mark of one of them. */
  readonly highest: number;
}

/** Looks at a process and its descendants. What ended meanwhile counts as nothing. */
export function treeMemory(root: number): TreeMemory {
  let sum = 0;
  let highest = 0;
  for (const pid of [root, ...descendants(root)]) {
    const status = readIfThere(`/proc/${pid}/status`);
    sum += kilobytes(status, 'VmRSS') * 1024;
    highest = Math.max(highest, kilobytes(status, 'VmHWM') * 1024);
  }
  return { sum, highest };
}

function descendants(pid: number): number[] {
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}

/** Processes that a thread of `pid` started. */
function children(pid: number): number[] {
  return threads(pid).flatMap((thread) =>
    readIfThere(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function kilobytes(status: string, field: string): number {
  const at = status.indexOf(`${field}:`);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + field.length + 1), 10);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
