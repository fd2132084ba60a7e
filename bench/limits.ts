import { join } from 'node:path';
import type { Command, Input } from './model.ts';

/** What the machine can do at best: no backup of everything can read, copy or write faster than these. */
export function limitsOf(input: Input, destination: string): Record<string, Command> {
  const shell = (script: string): Command => ({ argv: ['sh', '-c', script, 'sh', input.path.slice(1), destination] });
  return {
    // The pipe matters: tar does not read what it would write to /dev/null.
    'read everything (tar to a pipe)': shell('tar cf - -C / "$1" | cat > /dev/null'),
    'copy everything (cp -a)': shell('cp -a --reflink=never "/$1" "$2"'),
    ...(input.files === 1
      ? { 'write everything in sequence (dd)': shell('dd if="/$1/file" of="$2/file" bs=1M conv=fsync status=none') }
      : { 'write everything in sequence (tar)': shell('tar cf "$2/archive" -C / "$1"') }),
  };
}

/** Where limits write, below the work folder. */
export const limitFolder = (dir: string): string => join(dir, 'limits');
