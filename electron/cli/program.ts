import { Command, Option } from 'commander';
import { VERSION } from '../console/version.ts';
import { explainArguments } from './argument-help.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addAutostartCommands } from './commands/autostart.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addBrowseCommands } from './commands/browse.ts';
import { addCheckCommands } from './commands/checks.ts';
import { addConfigCommands } from './commands/config.ts';
import { addHistoryCommands } from './commands/history.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addLibraryCommands } from './commands/library.ts';
import { addMetricsCommands } from './commands/metrics.ts';
import { addNoticeCommands } from './commands/notices.ts';
import { addObjectCommands } from './commands/objects.ts';
import { addReplicaCommands } from './commands/replicas.ts';
import { addReportCommands } from './commands/report.ts';
import { addRestoreCommands } from './commands/restore.ts';
import { addRetentionCommands } from './commands/retention.ts';
import { addScheduleCommands } from './commands/schedules.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addSnapshotCommands } from './commands/snapshots.ts';
import { addSystemCommands } from './commands/system.ts';
import { addTapeCommands } from './commands/tapes.ts';
import { addVaultCommands } from './commands/vaults.ts';
import { addVolumeCommands } from './commands/volumes.ts';
import type { Run } from './run.ts';

const HELP = { showGlobalOptions: true, sortSubcommands: false };

/** The whole command line; `run` carries out what a command does. */
export const buildProgram = (run: Run): Command => {
  const program = new Command('coldframe')
    .description('Coldframe backs up only the blocks worth keeping, and restores any of them.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--home <dir>', "the console's own folder (also COLDFRAME_HOME)")
    .option('--passphrase-file <file>', 'the passphrase of a sealed vault (also COLDFRAME_PASSPHRASE_FILE)')
    .option('--json', 'print exactly one JSON document; progress goes to standard error as JSON lines')
    .option('--quiet', 'print nothing but errors')
    .option('--yes', 'ask nothing: take every question as answered with yes')
    .helpCommand('help [command]', 'print this, or what a command does')
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .configureHelp(HELP)
    .addHelpText(
      'after',
      '\nBegin with: coldframe first-run. Every command has its own help: coldframe backup --help\n\nExit status: 0 done, 1 failed, 2 usage, 3 done with warnings, 10 not found, 11 held elsewhere,\n12 passphrase, 13 damage found, 14 out of space, 130 cancelled.',
    );
  program.addOption(new Option('--no-color').hideHelp());
  for (const add of [
    addVaultCommands,
    addObjectCommands,
    addBackupCommands,
    addBrowseCommands,
    addRestoreCommands,
    addCheckCommands,
    addTapeCommands,
    addLibraryCommands,
    addVolumeCommands,
    addSnapshotCommands,
    addReplicaCommands,
    addJobCommands,
    addHistoryCommands,
    addScheduleCommands,
    addSettingsCommands,
    addRetentionCommands,
    addAutostartCommands,
    addNoticeCommands,
    addAuditCommands,
    addMetricsCommands,
    addReportCommands,
    addConfigCommands,
    addSystemCommands,
  ]) {
    add(program, run);
  }
  explainArguments(program);
  for (const group of program.commands) group.helpCommand(false).configureHelp(HELP);
  return program;
};
