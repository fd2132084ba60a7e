import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDevice } from '../../open-device.ts';
import type { Scene } from '../../testing/scene.ts';
import { ReplicaBook } from '../replica-book.ts';
import { type ReplicaFiles, replicaFiles } from '../replica-files.ts';
import type { ReplicaRow } from '../replica-state.ts';
import { doReplicaTask, type ReplicaTask } from '../replica-tasks.ts';
import { settleReplica, type UpdateParts, type UpdateReport, updateReplica } from '../update-replica.ts';

/** A replica of a volume of a scene, in a file beside it; what threads do is done at once. */
export class ReplicaOnDisk {
  readonly path: string;
  /** Told of each task before it is done; throws to break it. */
  beforeTask: (task: ReplicaTask) => void = () => undefined;
  files: ReplicaFiles = replicaFiles;
  readonly #scene: Scene;
  #book: ReplicaBook;

  constructor(scene: Scene, volume: string) {
    this.#scene = scene;
    this.path = join(scene.folder, 'replica.img');
    this.#book = new ReplicaBook(scene.folder);
    const createdAt = new Date(0).toISOString();
    this.#book.add({ id: 'replica', name: 'copy', volume, path: this.path, createdAt, held: null, next: null });
  }

  get row(): ReplicaRow {
    return this.#book.row('replica');
  }

  get content(): Buffer {
    return readFileSync(this.path);
  }

  /** Bytes that it takes up. */
  get bytesAllocated(): number {
    return statSync(this.path).blocks * 512;
  }

  async update(): Promise<UpdateReport> {
    const signal = new AbortController().signal;
    return await updateReplica({ id: 'replica', signal, freezeMs: 1000 }, this.#parts());
  }

  /** As the next process does when it finds what this one left. */
  async takeUp() {
    this.#book = new ReplicaBook(this.#scene.folder);
    return await settleReplica('replica', this.#parts());
  }

  #parts(): UpdateParts {
    return {
      book: this.#book,
      files: this.files,
      space: this.#scene.space,
      run: async (task) => {
        this.beforeTask(task);
        return doReplicaTask(task, { files: this.files, openSource: openDevice, cancelled: () => false });
      },
      moved: () => undefined,
      readersGone: async () => undefined,
    };
  }
}
