import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { type KeepRules, NO_RULES } from '../../../shared/model/retention.ts';
import { vaultId } from '../../../shared/units.ts';
import { readRecords, SetTable } from '../../engine/blockset/records.ts';
import { decodeUnit } from '../../engine/blockset/unit.ts';
import { chunkPlaces, openCatalog, versions } from '../../engine/catalog/index.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { randomId } from '../../platform/ids.ts';
import { catalogFile } from '../catalog-place.ts';
import { steeredControl } from '../jobs/control.ts';
import type {
  BackupOptions,
  JobControl,
  ProgressCounters,
  ProtectedObject,
  ReclaimRequest,
  RetentionRequest,
  VaultAccess,
} from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';
import { catalogContent } from './catalog-content.ts';

export interface SceneOptions {
  readonly drives?: number;
  readonly slots?: number;
  readonly tapeBytes?: number;
  readonly codec?: 'none' | 'zstd';
  readonly passphrase?: string;
}

/**
 * A real vault, a home and a source in folders of their own, used through the use-cases. Goes when the test ends, or when
 * whoever makes it for a suite says so.
 */
export class VaultScene {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-scene-'));
  readonly home = this.folder('home');
  readonly source = this.folder('source');
  readonly vault = path.join(this.root, 'vault');
  readonly object: ProtectedObject;
  access: VaultAccess = {};

  private constructor() {
    this.object = {
      id: randomId(),
      name: 'files',
      kind: 'files',
      volumes: [],
      selection: {
        roots: [{ pathBase64: Buffer.from(this.source).toString('base64'), crossFileSystems: false }],
        unprotected: [],
        exclude: [],
      },
    };
  }

  static async make(options: SceneOptions = {}): Promise<VaultScene> {
    const scene = await VaultScene.forSuite(options);
    onTestFinished(() => scene.remove());
    return scene;
  }

  static async forSuite(options: SceneOptions = {}): Promise<VaultScene> {
    const scene = new VaultScene();
    const { drives = 2, slots = 8, tapeBytes = 64 << 20, codec = 'zstd', passphrase = null } = options;
    await useCases.createVault({ dir: scene.vault, name: 'v', drives, slots, tapeBytes, codec, passphrase });
    if (passphrase !== null) scene.access = { passphrase };
    return scene;
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  /** Keeps home and vault as they are now, for `reset`. */
  keep(): void {
    for (const folder of [this.home, this.vault]) copy(folder, `${folder}-kept`);
  }

  /** Brings back home and vault as they were kept; what else there is goes, but for the source. */
  reset(): void {
    const kept = new Set([this.source, `${this.home}-kept`, `${this.vault}-kept`]);
    for (const name of fs.readdirSync(this.root))
      if (!kept.has(path.join(this.root, name))) fs.rmSync(path.join(this.root, name), { recursive: true });
    for (const folder of [this.home, this.vault]) copy(`${folder}-kept`, folder);
  }

  folder(name: string): string {
    const folder = path.join(this.root, name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  write(name: string, content: string | Buffer): void {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), content);
  }

  /** Path of something in the source. */
  at(name: string): string {
    return path.join(this.source, name);
  }

  async backup(options: Partial<BackupOptions> = {}, job = quiet(), home = this.home): Promise<BlockSetSummary> {
    return await this.#inSession(async (session) => {
      const all = { level: 'auto', streams: null, resume: null, ...options } as const;
      return (await useCases.runBackup(session, this.object, all, job)).set;
    }, home);
  }

  async merge(job = quiet()): Promise<BlockSetSummary> {
    return await this.#inSession(async (session) => (await useCases.runMerge(session, this.object, job)).set);
  }

  async copyTape(tape: string, to: string): ReturnType<typeof useCases.copyTape> {
    return await this.#inSession(async (session) => await useCases.copyTape(session, { tape, to }, quiet()));
  }

  /** What could be reclaimed. */
  async reclaimPlan(request: Partial<ReclaimRequest> = {}, home = this.home): ReturnType<typeof useCases.planReclaim> {
    return await this.#inSession(
      async (session) => await useCases.planReclaim(session, { ...ANY_TAPE, ...request }),
      home,
    );
  }

  /** Reclaims what can be. */
  async reclaim(
    request: Partial<ReclaimRequest> = {},
    job = quiet(),
    home = this.home,
  ): ReturnType<typeof useCases.reclaimTapes> {
    return await this.#inSession(
      async (session) => await useCases.reclaimTapes(session, { ...ANY_TAPE, ...request }, job),
      home,
    );
  }

  /** What retention would do, of the scene's object. */
  async retentionPlan(rules: Partial<KeepRules>, home = this.home, marks: RetentionRequest['marks'] = new Map()) {
    const request = {
      rules: { ...NO_RULES, ...rules },
      marks,
      unusual: new Set<string>(),
      usedBy: () => null,
      demandFree: () => undefined,
    };
    return await this.#inSession(async (session) => await useCases.planRetention(session, this.object, request), home);
  }

  /** Carries out what it would do. */
  async retain(rules: Partial<KeepRules>, home = this.home): ReturnType<typeof useCases.applyRetention> {
    const { sets } = await this.retentionPlan(rules, home);
    const agreed = sets.filter(({ keep }) => !keep).map(({ set }) => set.id);
    return await this.retainOnly(agreed, rules, home);
  }

  /** The same with the sets that were agreed to. */
  async retainOnly(
    agreed: readonly string[],
    rules: Partial<KeepRules>,
    home = this.home,
    demandFree: RetentionRequest['demandFree'] = () => undefined,
  ): ReturnType<typeof useCases.applyRetention> {
    const request = {
      rules: { ...NO_RULES, ...rules },
      marks: new Map(),
      unusual: new Set<string>(),
      usedBy: () => null,
      demandFree,
      agreed,
    };
    return await this.#inSession(
      async (session) => await useCases.applyRetention(session, this.object, request, quiet()),
      home,
    );
  }

  async rebuild(home = this.home, vault = this.vault, job = quiet()): ReturnType<typeof useCases.runRebuild> {
    return await useCases.runRebuild(vault, this.access, home, job);
  }

  async takeIn(home: string, vault = this.vault): ReturnType<typeof useCases.takeInVault> {
    return await useCases.takeInVault(vault, this.access, home, quiet());
  }

  async verify(set: BlockSetSummary | null, home = this.home): ReturnType<typeof useCases.runVerify> {
    const sets = set === null ? null : [set.id];
    return await this.#inSession(async (session) => await useCases.runVerify(session, sets, quiet()), home);
  }

  /** Restores a set and gives the folder that the source came back as. */
  async restore(set: Pick<BlockSetSummary, 'id'>, home = this.home, vault = this.vault): Promise<string> {
    const to = this.folder(`restored-${randomId()}`);
    await this.#restoreTo(to, set, home, vault);
    return path.join(to, this.source);
  }

  /** Restores a set to somewhere, and gives what is said of it. */
  async restoreResult(set: Pick<BlockSetSummary, 'id'>, home = this.home): ReturnType<typeof useCases.runRestore> {
    return await this.#restoreTo(this.folder(`restored-${randomId()}`), set, home, this.vault);
  }

  async #restoreTo(to: string, set: Pick<BlockSetSummary, 'id'>, home: string, vault: string) {
    const request = { set: set.id, paths: [], to: { path: to }, relativeTo: null, onConflict: 'fail' as const };
    return await this.#inSession(async (session) => await useCases.runRestore(session, request, quiet()), home, vault);
  }

  /** Restores a set with rescue.mjs, from the tapes alone. */
  rescue(set: Pick<BlockSetSummary, 'id'>): string {
    const to = path.join(this.root, `rescued-${randomId()}`);
    const args = ['restore', '--tapes', this.vault, set.id, '--to', to, '--json'];
    const secret = this.access.passphrase;
    if (secret !== undefined) {
      fs.writeFileSync(path.join(this.root, 'secret'), secret);
      args.push('--passphrase-file', path.join(this.root, 'secret'));
    }
    const run = spawnSync(process.execPath, [path.join(this.vault, 'rescue.mjs'), ...args], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`rescue.mjs ended with ${run.status}: ${run.stdout}${run.stderr}`);
    return path.join(to, this.source);
  }

  async sets(home = this.home): Promise<readonly BlockSetSummary[]> {
    const { id } = await useCases.inspectVault(this.vault);
    const reader = await useCases.openCatalog(home, id);
    if (reader === null) return [];
    try {
      return reader.sets(null).toReversed();
    } finally {
      reader.close();
    }
  }

  /** Everything that the catalog of a home says of the vault, in a form that can be compared. */
  async catalog(home = this.home): Promise<Record<string, unknown>> {
    return await catalogContent(home, this.vault);
  }

  /** Every version of a path, newest first. */
  async versions(name: string, home = this.home): Promise<unknown> {
    const { id } = await useCases.inspectVault(this.vault);
    const store = openCatalog(catalogFile(home, id), { readOnly: true });
    try {
      return versions(store, this.object.id, Buffer.from(this.at(name)).toString('latin1') as never);
    } finally {
      store.close();
    }
  }

  /** What the chunk indexes of a set list: bytes of content by path, each chunk's own. Not for sealed vaults. */
  async indexed(set: BlockSetSummary): Promise<Map<string, number>> {
    const { id } = await useCases.inspectVault(this.vault);
    const store = openCatalog(catalogFile(this.home, id), { readOnly: true });
    const found = new Map<string, number>();
    for (const place of chunkPlaces(store, set.id)) {
      if (place.kind !== 'data') continue;
      const payload = Buffer.alloc(place.payloadBytes);
      const access = { path: this.tapeFile(place.tape), vault: vaultId(id), volume: place.tape, vaultKey: null };
      const tape = TapeReader.open(access);
      tape.readChunkPayload(place, payload);
      tape.close();
      for (const record of readRecords(decodeUnit(payload, 0, null).plain, new SetTable(set.id))) {
        if (record.kind !== 'element' && record.kind !== 'element-part') continue;
        const { path: name, extents } =
          record.kind === 'element-part'
            ? record
            : { path: record.record.attributes.path, extents: record.record.extents };
        if (extents.some((extent) => extent.chunk !== place.sequence)) throw new Error('an extent of another chunk');
        const sum = extents.reduce(
          (bytes, { length }) => bytes + length,
          found.get(path.relative(this.source, name)) ?? 0,
        );
        found.set(path.relative(this.source, name), sum);
      }
    }
    store.close();
    return found;
  }

  /** The file of a tape. */
  tapeFile(volume: string): string {
    return path.join(this.vault, 'tapes', `${volume}L8.tap`);
  }

  async #inSession<Result>(
    work: (session: Awaited<ReturnType<typeof useCases.openVaultSession>>) => Promise<Result>,
    home = this.home,
    vault = this.vault,
  ): Promise<Result> {
    const session = await useCases.openVaultSession(vault, this.access, home);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}

const ANY_TAPE: ReclaimRequest = { tapes: null, below: null, isServed: () => false };

const copy = (from: string, to: string): void => fs.cpSync(from, to, { recursive: true, preserveTimestamps: true });

/** A control that nobody steers. */
export const quiet = (): JobControl => steeredControl(ignore, ignore).control;

/** How much lies on all tapes of a vault, bytes. */
export const bytesOnTapes = (vault: string): number => {
  const folder = path.join(vault, 'tapes');
  return fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
};

/** A control that is cancelled at the first report for which `when` holds. */
export const cancelledWhen = (when: (counters: ProgressCounters) => boolean): JobControl => {
  const steering = steeredControl(
    (counters) => {
      if (when(counters)) steering.abort(new Error('cancelled by the test'));
    },
    () => undefined,
  );
  return steering.control;
};

const ignore = (): void => undefined;

/** Bytes that no codec shrinks, the same for the same seed. */
export const noise = (length: number, seed: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
};

/** Turns over a byte of the first chunk of content of a set. */
export const flipContent = (home: string, vault: { readonly id: string; readonly dir: string }, set: string): void => {
  const catalog = openCatalog(catalogFile(home, vault.id), { readOnly: true });
  const chunk = [...chunkPlaces(catalog, set)].find(({ kind }) => kind === 'data');
  catalog.close();
  if (chunk === undefined) throw new Error('the set has no content of its own');
  flip(path.join(vault.dir, 'tapes', `${chunk.tape}L8.tap`), chunk.offset + 130 + chunk.payloadBytes);
};

/** Turns over one byte of a file. */
export const flip = (file: string, offset: number): void => {
  const fd = fs.openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  fs.readSync(fd, byte, 0, 1, offset);
  byte[0] = (byte[0] as number) ^ 0xff;
  fs.writeSync(fd, byte, 0, 1, offset);
  fs.closeSync(fd);
};
