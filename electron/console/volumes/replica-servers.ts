import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { ExportView } from '../../../shared/contract/volumes.ts';
import { NbdServer } from '../../engine/nbd/server.ts';
import { specOf } from '../../engine/snapshot/replica/replica-condition.ts';
import type { ReplicaRow } from '../../engine/snapshot/replica/replica-state.ts';
import { randomId } from '../../platform/ids.ts';
import { listenPlace } from './listen-place.ts';
import { demandSafe, type Serving, usersOf, viewsOf } from './serving.ts';

/** The servers that give replicas to NBD clients. Who has one open keeps the state that it had then. */
export class ReplicaServers {
  readonly #servings = new Map<string, Serving>();
  /** Servers that are ending: until they have, their clients read on. */
  readonly #ending = new Set<Promise<void>>();

  async serve(
    rows: readonly ReplicaRow[],
    place: Pick<InputOf<'replica.serve'>, 'socket' | 'listen' | 'pskFile'>,
  ): Promise<OutputOf<'replica.serve'>> {
    const { address, keys } = demandSafe(listenPlace(place), place.pskFile);
    const server = new NbdServer();
    for (const row of rows) server.addExport(exportName(row), specOf(row));
    const listening = await server.listen(address, keys === undefined ? {} : { keys });
    const replicas = new Set(rows.map(({ id }) => id));
    const serving = {
      id: randomId(),
      server,
      address: listening,
      keys: usersOf(place.pskFile, keys),
      volumes: replicas,
    };
    this.#servings.set(serving.id, serving);
    return { server: serving.id, exports: viewsOf(serving) };
  }

  /** Cuts the clients of a server off and gives the names of what it served; null when it is none of these. */
  async stop(id: string): Promise<string[] | null> {
    const serving = this.#servings.get(id);
    if (serving === undefined) return null;
    this.#servings.delete(id);
    const names = serving.server.status().map(({ name }) => name);
    const ending = serving.server.close();
    this.#ending.add(ending);
    try {
      await ending;
    } finally {
      this.#ending.delete(ending);
    }
    return names;
  }

  /** What is served, by one of these servers or by all. What a file throws is told to its readers alone. */
  served(id?: string): OutputOf<'volume.served'>['exports'] {
    return [...this.#servings.values()]
      .filter((serving) => id === undefined || serving.id === id)
      .flatMap((serving) => viewsOf(serving).map((view) => ({ ...view, failures: [] })));
  }

  exportsOf(row: ReplicaRow): ExportView[] {
    return this.#serversOf(row).flatMap((serving) =>
      viewsOf(serving).filter(({ export: name }) => name === exportName(row)),
    );
  }

  /** Who opens it from now on sees what it holds now, and nothing when it holds none any more. */
  moved(row: ReplicaRow): void {
    for (const { server } of this.#serversOf(row)) {
      if (row.held !== null) server.replaceExport(exportName(row), specOf(row));
      // Its file is between two states: who reads it is told so by errors, until it is gone.
      else void server.removeExport(exportName(row)).catch(() => undefined);
    }
  }

  /** Done when nobody reads an earlier state; who still does after a time is cut off. */
  async earlierGone(row: ReplicaRow, waitMs: number): Promise<void> {
    await Promise.all(
      this.#serversOf(row).map(async ({ server }) => await server.earlierGone(exportName(row), waitMs)),
    );
    await Promise.all(this.#ending);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servings.keys()].map(async (id) => await this.stop(id)));
  }

  #serversOf({ id }: ReplicaRow): Serving[] {
    return [...this.#servings.values()].filter(({ volumes }) => volumes.has(id));
  }
}

/** A name of a volume has no slash in it, so none can be taken for a replica. */
const exportName = ({ name }: ReplicaRow): string => `replica/${name}`;
