import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { benchLibrary, isLibraryPart } from './library.ts';
import { describeMachine, describePeer } from './machine.ts';
import { CommandFailed } from './measure.ts';
import type { BenchResult } from './model.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { peersIn } from './peers/index.ts';
import { report } from './report.ts';
import { runBench } from './runner.ts';

const page = resolve(import.meta.dirname, '../docs/BENCHMARKS.md');

const [part, ...rest] = process.argv.slice(2);
if (part === 'volumes') await (await import('./volumes.ts')).benchVolumes(rest);
else if (isLibraryPart(part)) await benchLibrary(part, rest);
else await benchBackups();

async function benchBackups(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else process.exitCode = (await bench(options)) ? 0 : 1;
}

/** Measures, saves and reports. Says whether every tool did what it was asked. */
async function bench(chosen: BenchOptions): Promise<boolean> {
  mkdirSync(chosen.dir, { recursive: true });
  const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
  const result = await measureAll(chosen, say);
  const markdown = report(result);
  save(chosen.json, `${JSON.stringify(result, null, 1)}\n`);
  if (chosen.markdown !== null) save(chosen.markdown, markdown);
  if (chosen.writeDocs) save(page, withFigures(readFileSync(page, 'utf8'), markdown));
  process.stdout.write(markdown);
  return result.failures.length === 0;
}

async function measureAll(chosen: BenchOptions, say: (line: string) => void): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const outcome = await runBench(chosen, say);
  const shorten = (text: string): string =>
    text
      .replaceAll(chosen.coldframe.join(' '), 'coldframe')
      .replaceAll(chosen.dir, 'WORK')
      .replaceAll(dirname(import.meta.dirname), '.');
  const peers = [];
  for (const peer of peersIn(join(chosen.dir, 'repositories'), chosen)) {
    try {
      peers.push(await describePeer(peer, shorten));
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      say(`no version of ${peer.name}: ${error.message}`);
    }
  }
  return {
    startedAt,
    finishedAt: new Date().toISOString(),
    machine: await describeMachine(chosen.dir),
    settings: { repetitions: chosen.repetitions, quick: chosen.quick, cache: chosen.cold ? 'cold' : 'warm' },
    inputs: outcome.inputs.map(({ name, title, files, bytes }) => ({ name, title, files, bytes })),
    peers,
    samples: outcome.samples,
    limits: outcome.limits,
    failures: outcome.failures,
  };
}

/** The page with the part between its two marks replaced. */
function withFigures(text: string, figures: string): string {
  const [start, end] = ['<!-- figures -->', '<!-- end of figures -->'];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for figures: the lines "${start}" and "${end}".`);
  return `${text.slice(0, from + start.length)}\n\n${figures}\n${text.slice(to)}`;
}

function save(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
