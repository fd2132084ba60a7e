import { lstatSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { printableLines } from '../terminal/table.ts';

/** A collector runs as somebody else. */
const READABLE = 0o644;

const BEGINS = '# HELP coldframe_';

/** Throws DESTINATION_TAKEN when there is something else than metrics of ours. */
const demandOwn = (file: string): void => {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isFile() && (stat.size === 0 || readFileSync(file, 'utf8').startsWith(BEGINS))) return;
  throw new ColdframeError('DESTINATION_TAKEN', {
    message: `${file} is there already, and holds something else than metrics of Coldframe.`,
    guidance: 'Name another file, or move that one away.',
    context: { path: file },
  });
};

/** The command on metrics. */
export const addMetricsCommands = (program: Command, run: Run): void => {
  program
    .command('metrics')
    .description('how everything stands, as a scraper of Prometheus reads it (text format 0.0.4)')
    .addHelpText(
      'after',
      '\nTo be scraped: coldframe serve --metrics-token-file FILE, and GET /metrics with that token as a bearer token.',
    )
    .addHelpText('after', examples('metrics --to /var/lib/node_exporter/coldframe.prom'))
    .option('--to <file>', 'replace this file in one step, for a collector of text files')
    .action(({ to }: { readonly to?: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('metrics', {});
        if (to !== undefined) {
          const file = session.place(to);
          demandOwn(file);
          durableWrite(file, result.text, READABLE);
          session.answer({ file }, () => `Written to ${file}.`);
        } else if (session.options.json) session.answer(result, () => '');
        else if (!session.options.quiet)
          process.stdout.write(process.stdout.isTTY ? printableLines(result.text) : result.text);
        return 0;
      }),
    );
};
