import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../testing/stage.ts';
import { grow, putFile, putText } from './sample-content.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The moment at which the pictures are taken, as the console and the page see it: far enough ahead that all that was put there was put there
 * before the first backup, by the clock of the file system, too.
 */
export const NOW = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + 30 * DAY_MS);
NOW.setUTCHours(9, 41, 0, 0);

export const VAULT = '/mnt/north';
export const SOCKETS = '/srv/run';

const daysAgo = (days: number, hour = 2): Date => {
  const at = new Date(NOW.getTime() - days * DAY_MS);
  at.setUTCHours(hour, 30, 0, 0);
  return at;
};

/** What there is to protect, as it was before the first backup. */
export const putSources = (): void => {
  const first = daysAgo(40);
  const names = ['Annual report 2025', 'Budget', 'Floor plan', 'Handbook', 'Letters', 'Minutes of February', 'Tender'];
  for (const [index, name] of names.entries())
    putFile(`/srv/office/Documents/${name}.odt`, (index + 2) * 900_000, first, index + 1);
  for (let year = 2019; year < 2026; year++)
    for (let month = 1; month < 13; month += 3)
      putText(
        `/srv/office/Documents/Archive/${year}/Report ${year}-${String(month).padStart(2, '0')}.txt`,
        900,
        first,
        year * month,
      );
  putFile('/srv/office/Documents/Contracts/lease.pdf', 5 * MIB, first, 91);
  putFile('/srv/projects/harbour/render/scene-12.tmp', 9 * MIB, first, 92);
  putFile('/srv/photos/2025/reel.tif', 3 * MIB, first, 93);
  for (let box = 0; box < 12; box++)
    putFile(`/srv/mail/boxes/${String(box).padStart(2, '0')}.mbox`, 9 * MIB, first, 200 + box);
  for (const project of ['harbour', 'quarry', 'signal-box'])
    for (let part = 0; part < 14; part++) {
      putFile(`/srv/projects/${project}/model/part-${String(part).padStart(3, '0')}.step`, 3 * MIB, first, 300 + part);
      putText(`/srv/projects/${project}/notes/${String(part).padStart(2, '0')}.md`, 120, first, 400 + part);
    }
  for (let film = 0; film < 10; film++) putFile(`/srv/video/2026/take-${film + 1}.mov`, 64 * MIB, first, 600 + film);
  for (const folder of ['/srv/admin', SOCKETS, '/srv/vm', '/srv/standby']) mkdirSync(folder, { recursive: true });
};

/** A day's work on it. */
const work = (day: number): void => {
  const at = daysAgo(day, 1);
  grow(`/srv/mail/boxes/${String(day % 12).padStart(2, '0')}.mbox`, (3 + (day % 5)) * MIB, at, day);
  putFile('/srv/office/Documents/Budget.odt', 2_700_000 + day * 40_000, at, 50 + day);
  putText(`/srv/office/Documents/Letters/2026-${String(day).padStart(2, '0')}.txt`, 60, at, day);
  putFile(
    `/srv/projects/harbour/model/part-${String(day % 14).padStart(3, '0')}.step`,
    3 * MIB + day * 9000,
    at,
    70 + day,
  );
};

export const socketOf = (name: string): string => join(SOCKETS, `${name}.sock`);

/** Writes to a served volume as a virtual machine would. */
export const writeTo = (name: string, ...runs: readonly (readonly [fromMib: number, mib: number])[]): void => {
  const uri = `nbd+unix:///${name}?socket=${encodeURIComponent(socketOf(name))}`;
  const commands = runs.flatMap(([from, length]) => ['-c', `write -P ${(from % 250) + 1} ${from}M ${length}M`]);
  execFileSync('qemu-io', ['-f', 'raw', ...commands, uri], { stdio: 'ignore' });
};

const spread = (from: number, count: number, step: number, length: number) =>
  Array.from({ length: count }, (_, index): [number, number] => [from + index * step, length]);

/** Has a console serve at a moment, and does something with it. */
export const at = async (stage: Stage, moment: Date, act: () => Promise<void>): Promise<void> => {
  stage.env.COLDFRAME_PICTURES_OFFSET_MS = String(moment.getTime() - Date.now());
  await stage.serve();
  try {
    await act();
  } finally {
    await stage.endConsole();
  }
};

/** Volumes need to be served to be written to; what serves them ends with the console. */
export const serveVolumes = async (stage: Stage, ...names: readonly string[]): Promise<void> => {
  for (const name of names) await stage.background('volume', 'serve', name, '--socket', socketOf(name));
};

const OBJECTS = [
  ['Documents', '/srv/office/Documents'],
  ['Mail', '/srv/mail'],
  ['Projects', '/srv/projects'],
] as const;

/** Four weeks of backups: full ones at the beginning and halfway, several at a time, so that their chunks are interleaved. */
export const makeHistory = async (stage: Stage): Promise<void> => {
  putSources();
  await at(stage, daysAgo(27), async () => {
    await stage.command('vault', 'create', VAULT, '--drives', '2', '--slots', '8', '--tape-size', '1GiB');
    for (const [name, folder] of OBJECTS)
      await stage.command('object', 'add', name, '--vault', VAULT, '--files', folder, '--unprotect', 'temp,swap');
    await stage.command('volume', 'create', 'web', '--size', '40GiB', '--snapshot-size', '2GiB');
    await stage.command('volume', 'create', 'db', '--size', '8GiB');
    await stage.command('volume', 'protect', 'web', '--ranges', stage.write('ranges', '8388608 1048576\n'));
    await stage.command('object', 'add', 'Web server', '--vault', VAULT, '--volume', 'web', 'db');
    await serveVolumes(stage, 'web', 'db');
    writeTo('web', ...spread(64, 20, 900, 2));
    writeTo('db', ...spread(0, 24, 110, 1));
    await Promise.all(OBJECTS.map(async ([name]) => await stage.command('backup', name)));
    await stage.command('backup', 'Web server');
  });
  for (const day of [24, 20, 17, 13, 10, 6, 3, 1]) {
    work(day);
    await at(stage, daysAgo(day), async () => {
      await serveVolumes(stage, 'web');
      writeTo('web', ...spread(2000 + day * 700, 5, 61, 1));
      const level = day === 13 ? ['--level', 'full'] : [];
      const due = OBJECTS.filter(([name]) => name !== 'Projects' || day > 9);
      await Promise.all(due.map(async ([name]) => await stage.command('backup', name, ...level)));
      if (day % 2 === 1 || day === 6) await stage.command('backup', 'Web server');
    });
  }
};
