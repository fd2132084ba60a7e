import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { bytes, millis, objectId, setId } from '../../../shared/units.ts';
import { quiet } from '../testing/vault-scene.ts';
import type { BackupSession } from './backup-session.ts';
import { type SetFlow, type SetToWrite, writeSet } from './write-set.ts';

let steps: string[];
let order: SetToWrite;

beforeEach(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-set-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  steps = [];
  order = {
    set: {
      id: setId('1'.repeat(32)),
      object: { id: objectId('2'.repeat(32)), name: 'files' },
      level: 'full',
      parent: null,
      createdAt: millis(1),
    },
    selection: { roots: [], unprotected: [], exclude: [] },
    source: {},
    started: Date.now(),
    folder,
  };
});

const step = async (name: string): Promise<void> => {
  steps.push(name);
};

/** A session that notes what is asked of it. */
const sessionWith = (parts: Partial<BackupSession>): BackupSession =>
  ({
    writer: { begin: () => step('begin'), commit: () => step('commit') },
    demandHeld: () => undefined,
    refreshCatalogCopy: () => step('copy'),
    ...parts,
  }) as unknown as BackupSession;

const flow: SetFlow = {
  tapes: [],
  drivesUsed: 1,
  bytesStored: bytes(10),
  lateWarnings: [],
  copy: async () => {
    await step('content');
    const counts = { elements: 1, logicalBytes: 1, bytesRead: 1, segments: 1 };
    return { ...counts, leftOut: [], warnings: [], removed: [], elementSpools: [], inherits: false };
  },
  writeMetadata: async () => {
    await step('metadata');
    return [];
  },
  stop: async () => undefined,
  keepForResume: () => step('keep'),
};

test('nothing is reported as done once another console has the vault', async () => {
  const demandHeld = (): void => {
    if (!steps.includes('metadata')) return;
    throw new ColdframeError('VAULT_HELD', { message: 'taken over', guidance: '' });
  };
  const written = writeSet(sessionWith({ demandHeld }), order, quiet(), () => flow);
  await expect(written).rejects.toMatchObject({ code: 'VAULT_HELD' });
  expect(steps).toEqual(['begin', 'content', 'metadata', 'keep']);
});

test('a set is complete even if the copy of the catalog cannot be brought up to date, which is a warning', async () => {
  const refreshCatalogCopy = async (): Promise<void> => {
    throw new Error('no space left');
  };
  const { set } = await writeSet(sessionWith({ refreshCatalogCopy }), order, quiet(), () => flow);
  expect(set).toMatchObject({ state: 'complete', warnings: [{ code: 'CATALOG_COPY_STALE' }] });
  expect(set.warnings[0]?.message).toContain('no space left');
  expect(steps).toEqual(['begin', 'content', 'metadata', 'commit']);
});
