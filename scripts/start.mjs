import { callerFolder } from './lib/caller-folder.mjs';
import { whyNoDesktop } from './lib/desktop.mjs';
import { runCli } from './lib/run-cli.mjs';
import { setup } from './lib/setup.mjs';

setup();
process.chdir(callerFolder(process.env, 'start', process.cwd()));
runCli(['serve', '--instead-of-desktop', whyNoDesktop() ?? 'there is no desktop window yet', ...process.argv.slice(2)]);
