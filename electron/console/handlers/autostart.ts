import { fileURLToPath } from 'node:url';
import { type StartParts, setStart, startsOf } from '../autostart/starts.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the procedures on starting with the session. */
export const autostartHandlers = ({ home, shell }: ConsoleParts): HandlersOf<'autostart.get' | 'autostart.set'> => {
  const parts: StartParts = { home, shell, serve: serveCommand(home) };
  return {
    'autostart.get': async () => ({ starts: startsOf(parts) }),
    'autostart.set': async ({ what, on }) => {
      setStart(parts, what, on);
      return { starts: startsOf(parts) };
    },
  };
};

/** The command that serves this home, in the runtime and from the build that this process has. */
const serveCommand = (home: string): readonly string[] => [
  process.execPath,
  ...process.execArgv.filter((flag) => !flag.startsWith('--inspect') && !flag.startsWith('--import')),
  fileURLToPath(new URL('./coldframe.js', import.meta.url)),
  '--home',
  home,
  'serve',
];
