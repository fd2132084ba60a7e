import { callerFolder } from './lib/caller-folder.mjs';
import { runCli } from './lib/run-cli.mjs';
import { setup } from './lib/setup.mjs';

setup();
process.chdir(callerFolder(process.env, 'start', process.cwd()));
runCli(['first-run', ...process.argv.slice(2)]);
