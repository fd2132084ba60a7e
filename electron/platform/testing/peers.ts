import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, type TestOptions, test } from 'vitest';

/** Environment variables; `PATH` says where peers are looked for. */
type PeerEnvironment = Readonly<Record<string, string | undefined>>;

/** Describes tests against real programs: skipped, with the missing program in the title, where one is not on PATH. */
export function describeWithPeers(title: string, peers: readonly string[], body: () => void): void {
  describeUnlessMissing(title, missingPeers(peers, process.env), body);
}

/** The same for what is looked for elsewhere: `missing` names what was not found. */
export function describeUnlessMissing(
  title: string,
  missing: readonly string[],
  body: () => void,
  options: TestOptions = {},
): void {
  if (missing.length === 0) describe(title, options, body);
  else if (process.env.COLDFRAME_REQUIRE_PEERS === '1') describe(title, () => demand(missing));
  else describe.skip(`${title} (needs ${missing.join(', ')})`, body);
}

/** The programs that are not on PATH. */
export function missingPeers(peers: readonly string[], env: PeerEnvironment): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return peers.filter((peer) => !folders.some((folder) => isProgram(join(folder, peer))));
}

/** One failing test per missing program, so that a run that must have them cannot pass without. */
function demand(missing: readonly string[]): void {
  for (const peer of missing) {
    test(`needs ${peer}`, () => {
      throw new Error(`${peer} is not here, and COLDFRAME_REQUIRE_PEERS=1 says that it must be.`);
    });
  }
}

/** Whether a path is a file that may be executed. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
