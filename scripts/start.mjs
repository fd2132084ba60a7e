import { callerFolder } from './lib/caller-folder.mjs';
import { electronRuntime, isForWindow, whyNoDesktop } from './lib/desktop.mjs';
import { runCli } from './lib/run-cli.mjs';
import { runDesktop } from './lib/run-desktop.mjs';
import { setup } from './lib/setup.mjs';

setup();
process.chdir(callerFolder(process.env, 'start', process.cwd()));
const args = process.argv.slice(2);
const why = isForWindow(args) ? whyNoDesktop() : 'options were given that are for it';
if (why === null) await runDesktop(electronRuntime(), args);
else runCli(['serve', '--instead-of-desktop', why, ...args]);
