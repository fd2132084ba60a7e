import { createHash } from 'node:crypto';
import { ColdframeError } from '../../../shared/errors.ts';

/** The first line of what Coldframe wrote names the digest of the rest: a file that somebody changed is theirs. */
const MARK = '# Written by Coldframe; ended by "coldframe autostart off". SHA-256 of what follows: ';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Marks a text as ours. */
const marked = (text: string): string => `${MARK}${digestOf(text)}\n${text}`;

/** Whether a file is as Coldframe wrote it. */
export const isOurs = (content: string): boolean => {
  const end = content.indexOf('\n');
  return content.startsWith(MARK) && content.slice(MARK.length, end) === digestOf(content.slice(end + 1));
};

const demandPlain = (argument: string): string => {
  if (Buffer.from(argument).every((byte) => byte >= 32 && byte !== 127)) return argument;
  throw new ColdframeError('USAGE', {
    message: `${JSON.stringify(argument)} has characters that a start with the session cannot be given.`,
    guidance: 'Use a home, and an installation, without control characters in their paths.',
  });
};

/** An argument as the Exec key takes it: quoted by its own rule, then escaped as any string of a desktop entry (Desktop Entry Specification 1.5). */
const desktopArgument = (argument: string): string => {
  const quoted = `"${demandPlain(argument).replace(/["`$\\]/g, '\\$&')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%');
};

/** An argument as ExecStart takes it (systemd.service(5), COMMAND LINES). */
const unitArgument = (argument: string): string =>
  `"${demandPlain(argument).replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** An XDG autostart entry. */
export const desktopEntry = (command: readonly string[]): string =>
  marked(
    [
      '[Desktop Entry]',
      'Type=Application',
      'Version=1.5',
      'Name=Coldframe',
      'Comment=Keeps backup schedules',
      `Exec=${command.map(desktopArgument).join(' ')}`,
      'Icon=coldframe',
      'Terminal=false',
      'StartupNotify=false',
      '',
    ].join('\n'),
  );

/** A unit for the service manager of a user. It is given time to finish: what runs is checkpointed when it is told to end. */
export const serviceUnit = (command: readonly string[]): string =>
  marked(
    [
      '[Unit]',
      'Description=Coldframe, the backup console',
      '',
      '[Service]',
      'Type=exec',
      // The name of the program may have no variables in it, so it is passed as it is quoted.
      `ExecStart=${command.map(unitArgument).join(' ')}`,
      'Restart=on-failure',
      'RestartSec=30',
      'TimeoutStopSec=300',
      '',
      '[Install]',
      'WantedBy=default.target',
      '',
    ].join('\n'),
  );
