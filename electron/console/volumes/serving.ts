import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { ExportView } from '../../../shared/contract/volumes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { readPskFile } from '../../engine/nbd/psk.ts';
import { NbdServer } from '../../engine/nbd/server.ts';
import type { DeviceSpec } from '../../engine/snapshot/open-device.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { randomId } from '../../platform/ids.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import { listenPlace } from './listen-place.ts';

export interface Serving {
  readonly id: string;
  readonly server: NbdServer;
  readonly address: SocketAddress;
  readonly encrypted: boolean;
  /** Ids of volumes, or of replicas. */
  readonly volumes: ReadonlySet<string>;
}

/** Digits of a snapshot's id that name its export. */
const SNAPSHOT_DIGITS = 12;

/** The servers that give volumes and their frozen images to NBD clients. */
export class VolumeServers {
  readonly #space: VolumeSpace;
  readonly #servings = new Map<string, Serving>();

  constructor(space: VolumeSpace) {
    this.#space = space;
  }

  async serve(
    rows: readonly VolumeRow[],
    place: Pick<InputOf<'volume.serve'>, 'socket' | 'listen' | 'pskFile'>,
  ): Promise<OutputOf<'volume.serve'>> {
    const { address, keys } = demandSafe(listenPlace(place), place.pskFile);
    const server = new NbdServer();
    for (const row of rows) {
      server.addExport(row.name, this.#managed(row));
      for (const { id, holds, purpose } of this.#space.snapshots) {
        if (purpose === 'keep' && holds.some(({ volume }) => volume === row.id))
          server.addExport(frozenName(row, id), this.#frozen(row, id));
      }
    }
    const listening = await server.listen(address, keys === undefined ? {} : { keys });
    const serving = {
      id: randomId(),
      server,
      address: listening,
      encrypted: keys !== undefined,
      volumes: new Set(rows.map(({ id }) => id)),
    };
    this.#servings.set(serving.id, serving);
    return { server: serving.id, exports: viewsOf(serving) };
  }

  /** Cuts the clients of a server off and gives the names of what it served. */
  async stop(id: string): Promise<string[]> {
    const serving = this.#servings.get(id);
    if (serving === undefined) throw noSuchServer(id);
    this.#servings.delete(id);
    const names = serving.server.status().map(({ name }) => name);
    await serving.server.close();
    return names;
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

  #managed(row: VolumeRow): DeviceSpec {
    return { kind: 'managed', parts: this.#space.managed(row.id), disk: diskOf(row) };
  }

  #frozen(row: VolumeRow, snapshot: string): DeviceSpec {
    return { kind: 'frozen', parts: this.#space.frozen(snapshot, row.id), disk: { ...diskOf(row), readOnly: true } };
  }
}

const diskOf = ({ path }: VolumeRow) => ({ kind: 'file', path, readOnly: false }) as const;

const frozenName = ({ name }: VolumeRow, snapshot: string): string => `${name}@${snapshot.slice(0, SNAPSHOT_DIGITS)}`;

export const viewsOf = ({ id, server, address, encrypted }: Serving): ExportView[] =>
  server.status().map(({ name, clients, counters }) => ({
    export: name,
    server: id,
    uri: uriOf(address, encrypted, name),
    readOnly: /[@/]/.test(name),
    clients,
    bytesRead: counters.bytesRead,
    bytesWritten: counters.bytesWritten,
  }));

/** As NBD clients take it (github.com/NetworkBlockDevice/nbd, doc/uri.md). */
const uriOf = (address: SocketAddress, encrypted: boolean, name: string): string => {
  const scheme = encrypted ? 'nbds' : 'nbd';
  const path = encodeURIComponent(name);
  if (address.kind === 'unix') return `${scheme}+unix:///${path}?socket=${encodeURIComponent(address.path)}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${scheme}://${host}:${address.port}/${path}`;
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
