import { execFile } from 'node:child_process';

const ASK = [
  ['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'],
  ['--method', 'org.freedesktop.DBus.NameHasOwner', 'org.kde.StatusNotifierWatcher'],
].flat();

/**
 * Whether the desktop shows tray icons. On Linux an icon can be made where nothing shows it, and a window that is hidden
 * there cannot be found again; so who would show it is asked for (freedesktop.org, StatusNotifierItem). No answer counts as
 * no.
 */
export const showsTrayIcons = (platform = process.platform): Promise<boolean> => {
  if (platform !== 'linux') return Promise.resolve(true);
  return new Promise((done) => {
    execFile('gdbus', ASK, { timeout: 2000, killSignal: 'SIGKILL' }, (error, stdout) =>
      done(error === null && stdout.trim() === '(true,)'),
    );
  });
};
