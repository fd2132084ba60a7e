import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { missingPeers } from './peers.ts';

const checkout = resolve(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'coldframe-peers-'));
const bin = join(scratch, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'there'), '#!/bin/sh\n');
chmodSync(join(bin, 'there'), 0o755);
writeFileSync(join(bin, 'plain-file'), '');
mkdirSync(join(bin, 'folder'));
afterAll(() => rmSync(scratch, { recursive: true }));

type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly titles: string[];
};

/** Runs the fixture suite, which needs the program `there`, in a test run of its own. */
async function runFixture(env: NodeJS.ProcessEnv): Promise<Outcome> {
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs');
  const report = join(scratch, `report-${randomUUID()}.json`);
  const fixtures = join(import.meta.dirname, 'fixtures');
  const args = [vitest, 'run', '--root', fixtures, '--reporter=json', `--outputFile=${report}`];
  await new Promise<void>((done) => {
    execFile(process.execPath, args, { env }, () => done());
  });
  const found = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: found.numPassedTests,
    failed: found.numFailedTests,
    skipped: found.numPendingTests,
    titles: found.testResults.flatMap((file: { assertionResults: { fullName: string }[] }) =>
      file.assertionResults.map(({ fullName }) => fullName),
    ),
  };
}

test('a program counts as there only when it can be executed', () => {
  const peers = ['there', 'plain-file', 'folder', 'absent'];
  expect(missingPeers(peers, { PATH: `/nowhere:${bin}` })).toEqual(['plain-file', 'folder', 'absent']);
});

test('without a PATH every program is missing', () => {
  expect(missingPeers(['there'], {})).toEqual(['there']);
});

test('a suite runs when its peer is there', async () => {
  const found = await runFixture({ PATH: bin });
  expect(found).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
});

test('a suite is skipped, and says for what, when its peer is missing', async () => {
  const found = await runFixture({ PATH: '/nowhere' });
  expect(found).toMatchObject({ passed: 0, failed: 0, skipped: 1 });
  expect(found.titles).toEqual(['a peer (needs there) answers']);
});

test('a missing peer fails where peers are required', async () => {
  const found = await runFixture({ PATH: '/nowhere', COLDFRAME_REQUIRE_PEERS: '1' });
  expect(found).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
});
