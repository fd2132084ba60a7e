import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { ExportFailure, ExportView } from '../../../shared/contract/volumes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { type PskKeys, readPskFile } from '../../engine/nbd/psk.ts';
import { NbdServer } from '../../engine/nbd/server.ts';
import type { DeviceSpec } from '../../engine/snapshot/open-device.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { randomId } from '../../platform/ids.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import type { SetExport } from '../use-cases.ts';
import { foundOnTapes } from './found-on-tapes.ts';
import { listenPlace } from './listen-place.ts';
import { Overlays, type SetServing } from './set-serving.ts';

export interface Serving {
  readonly id: string;
  readonly server: NbdServer;
  readonly address: SocketAddress;
  /** The file of keys, and whose they are; null in the clear. */
  readonly keys: ExportView['keys'];
  /** Ids of volumes, or of replicas. */
  readonly volumes: ReadonlySet<string>;
}

interface VolumeServing extends Serving {
  readonly sets: SetServing;
  /** What went wrong, by export. */
  readonly failures: ReadonlyMap<string, readonly ExportFailure[]>;
}

/** Digits of a snapshot's id that name its export. */
const SNAPSHOT_DIGITS = 12;
/** Failures of an export that are kept. */
const FAILURES_MOST = 100;

/** The servers that give volumes and their frozen images to NBD clients. */
export class VolumeServers {
  readonly #space: VolumeSpace;
  readonly #servings = new Map<string, VolumeServing>();

  readonly #overlays: Overlays;

  /** `overlays`: the folder for those that end with their server. */
  constructor(space: VolumeSpace, overlays: string) {
    this.#space = space;
    this.#overlays = new Overlays(overlays);
  }

  async serve(
    rows: readonly VolumeRow[],
    sets: readonly SetExport[],
    { overlay, ...place }: Pick<InputOf<'volume.serve'>, 'socket' | 'listen' | 'pskFile' | 'overlay'>,
  ): Promise<Omit<OutputOf<'volume.serve'>, 'warnings'>> {
    const { address, keys } = demandSafe(listenPlace(place), place.pskFile);
    const failures = new Map<string, ExportFailure[]>();
    const catalogs = new Map(sets.map(({ exportName, spec }) => [exportName, spec.catalog]));
    const server = new NbdServer({
      onFailure: (name, error) => noteFailure(failures, name, error),
      onFound: (name, found) => {
        for (const each of foundOnTapes(catalogs.get(name) ?? '', found)) noteFailure(failures, name, each);
      },
    });
    let ofSets: SetServing | null = null;
    let listening: SocketAddress;
    try {
      for (const row of rows) this.#addVolume(server, row);
      ofSets = this.#overlays.serve(sets, overlay);
      for (const { name, device } of ofSets.exports) server.addExport(name, device);
      listening = await server.listen(address, keys === undefined ? {} : { keys });
    } catch (error) {
      await ofSets?.end();
      this.#rest(rows.map(({ id }) => id));
      throw error;
    }
    const serving = {
      id: randomId(),
      server,
      address: listening,
      keys: usersOf(place.pskFile, keys),
      volumes: new Set(rows.map(({ id }) => id)),
      sets: ofSets,
      failures,
    };
    this.#servings.set(serving.id, serving);
    return { server: serving.id, exports: viewsOf(serving) };
  }

  /** What is served, by one server or by all, with what went wrong. */
  served(id?: string): OutputOf<'volume.served'> {
    const servings = id === undefined ? [...this.#servings.values()] : [this.#serving(id)];
    return {
      exports: servings.flatMap((serving) =>
        viewsOf(serving).map((view) => ({ ...view, failures: [...(serving.failures.get(view.export) ?? [])] })),
      ),
    };
  }

  /** Cuts the clients of a server off and gives the names of what it served. */
  async stop(id: string): Promise<string[]> {
    const { server, sets, volumes } = this.#serving(id);
    this.#servings.delete(id);
    const names = server.status().map(({ name }) => name);
    try {
      await server.close();
    } finally {
      this.#rest(volumes);
      await sets.end();
    }
    return names;
  }

  /** Of these, those that no server gives out. */
  #rest(volumes: Iterable<string>): void {
    for (const id of volumes)
      if (![...this.#servings.values()].some((serving) => serving.volumes.has(id))) this.#space.rest(id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servings.keys()].map(async (id) => await this.stop(id)));
  }

  /** Where a volume and its frozen images are served. */
  exportsOf(row: VolumeRow): ExportView[] {
    return [...this.#servings.values()]
      .filter(({ volumes }) => volumes.has(row.id))
      .flatMap((serving) =>
        viewsOf(serving).filter(({ export: name }) => name === row.name || name.startsWith(`${row.name}@`)),
      );
  }

  /** Serves the frozen images of a new snapshot wherever its volumes are served. */
  addSnapshot(id: string, rows: readonly VolumeRow[]): void {
    for (const { server, volumes } of this.#servings.values()) {
      for (const row of rows) if (volumes.has(row.id)) server.addExport(frozenName(row, id), this.#frozen(row, id));
    }
  }

  /** Takes the frozen images of a snapshot away; clients that read one are cut off. */
  async removeSnapshot(id: string, rows: readonly VolumeRow[]): Promise<void> {
    for (const { server, volumes } of this.#servings.values()) {
      for (const row of rows) if (volumes.has(row.id)) await server.removeExport(frozenName(row, id));
    }
  }

  #serving(id: string): VolumeServing {
    const serving = this.#servings.get(id);
    if (serving === undefined) throw noSuchServer(id);
    return serving;
  }

  #addVolume(server: NbdServer, row: VolumeRow): void {
    server.addExport(row.name, this.#managed(row));
    for (const { id, holds, purpose } of this.#space.snapshots) {
      if (purpose === 'keep' && holds.some(({ volume }) => volume === row.id))
        server.addExport(frozenName(row, id), this.#frozen(row, id));
    }
  }

  #managed(row: VolumeRow): DeviceSpec {
    return { kind: 'managed', parts: this.#space.managed(row.id), disk: diskOf(row) };
  }

  #frozen(row: VolumeRow, snapshot: string): DeviceSpec {
    return { kind: 'frozen', parts: this.#space.frozen(snapshot, row.id), disk: { ...diskOf(row), readOnly: true } };
  }
}

const diskOf = ({ path }: VolumeRow) => ({ kind: 'file', path, readOnly: false }) as const;

const frozenName = ({ name }: VolumeRow, snapshot: string): string => `${name}@${snapshot.slice(0, SNAPSHOT_DIGITS)}`;

const noteFailure = (failures: Map<string, ExportFailure[]>, name: string, error: ExportFailure): void => {
  const { code, message, guidance } = error;
  const known = failures.get(name) ?? [];
  failures.set(name, known);
  if (known.length < FAILURES_MOST && !known.some((each) => each.message === message))
    known.push({ code, message, guidance });
};

export const viewsOf = ({ id, server, address, keys, sets }: Serving & { readonly sets?: SetServing }): ExportView[] =>
  server.status().map(({ name, clients, counters }) => {
    const device = sets?.exports.find((each) => each.name === name)?.device;
    return {
      export: name,
      server: id,
      uri: uriOf(address, keys, name),
      keys,
      readOnly: device?.kind === 'set' || /@|^replica\//.test(name),
      overlay: device?.kind !== 'overlay' ? null : device.mapPath === null ? 'private' : 'kept',
      clients,
      bytesRead: counters.bytesRead,
      bytesWritten: counters.bytesWritten,
    };
  });

/** Whose keys are in a file; null of a server in the clear. */
export const usersOf = (file: string | undefined, keys: PskKeys | undefined): ExportView['keys'] =>
  file === undefined || keys === undefined ? null : { file, users: [...keys.keys()] };

/** As NBD clients take it (github.com/NetworkBlockDevice/nbd, doc/uri.md). An encrypted one names a user and, on this machine, the file of keys. */
const uriOf = (address: SocketAddress, keys: ExportView['keys'], name: string): string => {
  const path = encodeURIComponent(name);
  if (address.kind === 'unix') return `nbd+unix:///${path}?socket=${encodeURIComponent(address.path)}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  if (keys === null) return `nbd://${host}:${address.port}/${path}`;
  const [user = ''] = keys.users;
  return `nbds://${encodeURIComponent(user)}@${host}:${address.port}/${path}?tls-psk-file=${encodeURIComponent(keys.file).replaceAll('%2F', '/')}`;
};

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** What is reached from other machines is for those alone that have a key. */
export const demandSafe = (address: SocketAddress, pskFile: string | undefined) => {
  if (pskFile !== undefined && address.kind === 'tcp') return { address, keys: readPskFile(pskFile) };
  if (pskFile !== undefined)
    throw unprotected('A unix socket is not encrypted', 'Leave --psk-file out: its folder says who may connect.');
  if (address.kind === 'tcp' && !LOOPBACK.test(address.host)) {
    throw unprotected(
      `Anybody who reaches ${address.host} could read and write the volumes`,
      'Give a file of keys with --psk-file, or listen on 127.0.0.1 or a socket.',
    );
  }
  return { address, keys: undefined };
};

const unprotected = (what: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message: `${what}.`, guidance });

const noSuchServer = (server: string): ColdframeError =>
  new ColdframeError('NO_SUCH_SERVER', {
    message: `Nothing is served under ${server}.`,
    guidance: '`volume show` says where a volume is served.',
    context: { server },
  });
