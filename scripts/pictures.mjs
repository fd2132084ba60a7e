import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, root } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

/**
 * Takes pictures of every screen in both themes, of a sample that is made for them under /srv and /mnt. Those folders are its own: in a
 * mount namespace they stand for two that are removed in the end, whatever the machine has there.
 */
const folders = ['srv', 'mnt'];

if (process.platform !== 'linux') refuse('Pictures are taken on Linux: the sample has a mount namespace of its own.');
if (folders.some((folder) => root.startsWith(`/${folder}/`)))
  refuse(`This checkout lies in ${root}, which the sample would hide.`);
setup();
const place = mkdtempSync(join(tmpdir(), 'coldframe-pictures-'));
const mounts = folders
  .map((folder) => `mkdir -p "$1/${folder}" && mount --bind "$1/${folder}" /${folder}`)
  .join(' && ');
const user = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
const { status, error } = spawnSync(
  'unshare',
  [
    ...user,
    '--mount',
    'sh',
    '-c',
    `${mounts} && exec "$2" "$3"`,
    'sh',
    place,
    pinnedNode,
    join(root, 'e2e/pictures/take.ts'),
  ],
  { cwd: root, stdio: 'inherit' },
);
rmSync(place, { recursive: true, force: true });
if (error) refuse(`unshare could not be started: ${error.message}`);
process.exit(status ?? 1);

function refuse(why) {
  console.error(`coldframe: ${why}`);
  process.exit(1);
}
