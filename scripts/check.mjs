import { runChecks } from './lib/checks.mjs';
import { setup } from './lib/setup.mjs';

setup();
const { failed } = await runChecks();
process.exitCode = failed === 0 ? 0 : 1;
