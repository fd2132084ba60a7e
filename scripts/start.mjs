import { runCli } from './lib/run-cli.mjs';
import { setup } from './lib/setup.mjs';

setup();
runCli(['first-run', ...process.argv.slice(2)]);
