import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Start } from '../../../shared/contract/autostart.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { durableWrite, syncDirectory } from '../../platform/durable-write.ts';
import { homeDirectory } from '../../platform/home-directory.ts';
import type { ShellHooks } from '../handlers/parts.ts';
import { desktopEntry, isOurs, serviceUnit } from './entry-texts.ts';

type What = Start['what'];

interface Entry {
  readonly path: string;
  readonly content: string;
  readonly command: readonly string[];
  /** A link that has to lead to it for it to count; null when the file alone does. */
  readonly link: string | null;
}

export interface StartParts {
  readonly home: string;
  readonly shell: ShellHooks;
  /** How a console without a window is started: program and arguments. */
  readonly serve: readonly string[];
  readonly platform?: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const configFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(env.HOME || homedir(), '.config');

/** Each home has files of its own, so that one does not end the start of another. */
const nameOf = (home: string): string =>
  home === homeDirectory() ? 'coldframe' : `coldframe-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;

const entryOf = (what: What, { home, shell, serve, env = process.env }: StartParts): Entry => {
  const config = configFolder(env);
  if (what === 'session') {
    const command = [...(shell.launch ?? serve)];
    const path = join(config, 'autostart', `${nameOf(home)}.desktop`);
    return { path, command, content: desktopEntry(command), link: null };
  }
  const units = join(config, 'systemd', 'user');
  const unit = `${nameOf(home)}.service`;
  const command = [...serve];
  return {
    path: join(units, unit),
    command,
    content: serviceUnit(command),
    link: join(units, 'default.target.wants', unit),
  };
};

const kindOf = (path: string): 'nothing' | 'file' | 'link' | 'other' => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return 'nothing';
  return found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'other';
};

const stateOf = ({ path, link }: Entry): Start['state'] => {
  const kind = kindOf(path);
  const linkKind = link === null ? 'nothing' : kindOf(link);
  if (link !== null && linkKind !== 'nothing' && !(linkKind === 'link' && leadsTo(link, path))) return 'foreign';
  if (kind === 'nothing') return 'off';
  if (kind !== 'file' || !isOurs(readFileSync(path, 'utf8'))) return 'foreign';
  return link === null || linkKind === 'link' ? 'on' : 'off';
};

const leadsTo = (link: string, path: string): boolean => {
  const target = readlinkSync(link);
  return target === path || join(dirname(link), target) === path;
};

/** How Coldframe starts by itself on this machine. */
export const startsOf = (parts: StartParts): Start[] => {
  const { shell, platform = process.platform } = parts;
  if (platform !== 'linux') {
    const state = shell.loginItem ? (shell.loginItem.get() ? 'on' : 'off') : 'unsupported';
    return [
      { what: 'session', state, path: null, command: null },
      { what: 'service', state: 'unsupported', path: null, command: null },
    ];
  }
  return (['session', 'service'] as const).map((what) => {
    if (what === 'service' && shell.launch) return { what, state: 'unsupported', path: null, command: null };
    const entry = entryOf(what, parts);
    return { what, state: stateOf(entry), path: entry.path, command: [...entry.command] };
  });
};

const foreign = ({ path }: Entry): ColdframeError =>
  new ColdframeError('AUTOSTART_FOREIGN', {
    message: `${path} is not as Coldframe wrote it, so it is left as it is.`,
    guidance: 'Change it yourself, or move it away and try again.',
    context: { path },
  });

/** Makes Coldframe start by itself, or not any more. Throws AUTOSTART_FOREIGN, NOT_HERE, IO. */
export const setStart = (parts: StartParts, what: What, on: boolean): void => {
  const { shell, platform = process.platform } = parts;
  if (platform !== 'linux') {
    if (what !== 'session' || !shell.loginItem) throw notHere(platform);
    shell.loginItem.set(on);
    return;
  }
  // The desktop's own runtime cannot serve without its window.
  if (what === 'service' && shell.launch) throw notHere('the desktop application');
  const entry = entryOf(what, parts);
  const { path, content, link } = entry;
  if (stateOf(entry) === 'foreign') throw foreign(entry);
  if (on) {
    for (const folder of [dirname(path), ...(link === null ? [] : [dirname(link)])])
      mkdirSync(folder, { recursive: true });
    durableWrite(path, content, 0o644);
    // The link last: a service that is named and not there would be a fault at each start.
    if (link !== null && kindOf(link) === 'nothing') symlinkSync(path, link);
    if (link !== null) syncDirectory(dirname(link));
  } else if (kindOf(path) !== 'nothing') {
    if (link !== null) rmSync(link, { force: true });
    rmSync(path);
    syncDirectory(dirname(path));
  }
  if (link !== null) tellSystemd();
};

/** A service manager that runs hears of it; one that does not reads it when it starts. */
const tellSystemd = (): void => {
  execFile('systemctl', ['--user', 'daemon-reload'], { timeout: 5000 }, () => undefined);
};

const notHere = (where: string): ColdframeError =>
  new ColdframeError('NOT_HERE', {
    message: `Coldframe cannot be made to start so from here (${where}).`,
    guidance:
      'On macOS and Windows set it in the Settings of the desktop application; the service is set on Linux with: coldframe autostart on --service',
  });
