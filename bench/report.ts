import { type BenchResult, type InputName, OPERATION_TITLES, OPERATIONS, type Operation } from './model.ts';
import { type Summary, summarize } from './statistics.ts';
import { type Entry, entriesOf, fasterRival, type Verdict, verdicts } from './verdict.ts';

/** A whole run as Markdown: verdicts first, then every table, then what was run. */
export function report(result: BenchResult): string {
  return [
    head(result),
    failures(result),
    verdictTable(verdicts(result)),
    ...result.inputs.flatMap(({ name, title }) => [
      `### ${capital(title)}`,
      limitTable(result, name),
      ...tables(result, name),
    ]),
    '### Command lines',
    ...result.peers.map(commandLines),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function head({ startedAt, machine, settings }: BenchResult): string {
  const lines = Object.entries(machine).map(([key, value]) => `* ${key}: ${value}`);
  const cache =
    settings.cache === 'warm' ? 'what is read is in the page cache' : 'the page cache is dropped before each operation';
  const quick = settings.quick ? ' **A quick run on small inputs: it shows that everything runs, not how fast.**' : '';
  const times = settings.repetitions === 1 ? 'One repetition' : `Medians of ${settings.repetitions} repetitions`;
  return [`Measured ${startedAt.slice(0, 10)}. ${times}; ${cache}.${quick}`, '', ...lines].join('\n');
}

function failures({ failures: sentences }: BenchResult): string {
  return sentences.length === 0
    ? ''
    : ['**Without figures:**', '', ...sentences.map((sentence) => `* ${oneLine(sentence)}`)].join('\n');
}

function verdictTable(list: readonly Verdict[]): string {
  if (list.length === 0) return '';
  const rows = list.map(({ goal, input, operation, subject, rival, ratio, met }) => [
    goal.sentence,
    `${OPERATION_TITLES[operation]}, ${input}`,
    subject.name,
    rival.name,
    goal.atMost.toFixed(2),
    ratio.toFixed(2),
    met ? 'met' : '**missed**',
  ]);
  const header = ['goal', 'measured', 'Coldframe', 'faster peer', 'at most', 'ratio', ''];
  return `### Goals\n\n${table(header, rows)}`;
}

function limitTable(result: BenchResult, input: InputName): string {
  const own = result.limits.filter((sample) => sample.input === input);
  const rows = [...new Set(own.map(({ limit }) => limit))].flatMap((limit) => {
    const summary = summarize(own.filter((sample) => sample.limit === limit));
    return summary === null ? [] : [[limit, seconds(summary), cpu(summary)]];
  });
  return rows.length === 0 ? '' : table(['what the machine can do', 'wall, s', 'CPU, s'], rows);
}

function tables(result: BenchResult, input: InputName): string[] {
  return OPERATIONS.flatMap((operation) => {
    const entries = entriesOf(result, input, operation);
    return entries.length === 0 ? [] : [`**${OPERATION_TITLES[operation]}**\n\n${operationTable(entries, operation)}`];
  });
}

function operationTable(entries: readonly Entry[], operation: Operation): string {
  const stores = !operation.startsWith('restore');
  const header = [
    'tool',
    'wall, s',
    '÷ faster peer',
    'CPU, s',
    'memory, MiB',
    'largest process, MiB',
    ...(stores ? ['stored, MiB'] : []),
  ];
  const rows = entries.map(({ peer, summary }) => [
    peer.name,
    seconds(summary),
    ratio(summary, fasterRival(entries, peer.protection)?.summary),
    cpu(summary),
    mebibytes(summary.peakTreeBytes),
    mebibytes(summary.peakProcessBytes),
    ...(stores ? [summary.storedBytes === null ? '' : mebibytes(summary.storedBytes)] : []),
  ]);
  return table(header, rows);
}

function commandLines({ name, version, commands }: BenchResult['peers'][number]): string {
  const lines = Object.entries(commands).map(([step, line]) => `# ${step}\n${line}`);
  return `${name} (${version})\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((title) => (/, s$|MiB$|ratio|÷|at most/.test(title) ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

function seconds({ wallMs, fastestMs, slowestMs }: Summary): string {
  const text = (wallMs / 1000).toFixed(2);
  return fastestMs === slowestMs ? text : `${text} (${(fastestMs / 1000).toFixed(2)}–${(slowestMs / 1000).toFixed(2)})`;
}

const cpu = ({ cpuMs }: Summary): string => (cpuMs / 1000).toFixed(2);
/** A program that ended before anyone looked has no memory to show. */
const mebibytes = (bytes: number): string =>
  bytes === 0 ? '–' : (bytes / 1048576).toFixed(bytes < 10 * 1048576 ? 1 : 0);
const ratio = (own: Summary, rival: Summary | undefined): string =>
  rival ? (own.wallMs / rival.wallMs).toFixed(2) : '';
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 400);
