import type { ByteString } from '../../../../shared/byte-string.ts';
import { asColdframeError } from '../../../../shared/errors.ts';
import { type SetId, setId } from '../../../../shared/units.ts';
import { destinationFiles } from '../../../platform/destination-files.ts';
import { errnoOf, isErrno } from '../../../platform/errno.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import { releaseMemory } from '../../../platform/linux/release-memory.ts';
import { RunControl } from '../../mover/run-control.ts';
import { DIRECTORY_STATE, PlanStore, ROOT_DIRECTORY } from '../plan/plan-store.ts';
import { ChunkWriter, PROGRESS } from '../write/chunk-writer.ts';
import { Destination } from '../write/destination.ts';
import { ElementFailures } from '../write/element-failures.ts';
import { elementById, rowsOf } from '../write/element-row.ts';
import { isFatal } from '../write/fatal.ts';
import { FileWriter } from '../write/file-writer.ts';
import { FinishDirectories } from '../write/finish-directories.ts';
import { FreshFiles } from '../write/fresh-files.ts';
import { HardLinks } from '../write/hard-links.ts';
import { PlainElements } from '../write/plain-elements.ts';
import { removeQuietly } from '../write/put-in-place.ts';
import { WriteNotes } from '../write/write-notes.ts';
import { SetKeys } from './set-keys.ts';
import type { FilledSlot, WriterAnswer, WriterRequest, WriterSetup } from './thread-protocol.ts';

/** A thread that writes elements. Everything it needs beyond a request is in the plan store. Synchronous. */
export class Writer {
  readonly #control: RunControl;
  readonly #store: PlanStore;
  readonly #destination: Destination;
  readonly #progress: Float64Array;
  readonly #keys: SetKeys;
  readonly #files: FileWriter;
  readonly #chunks: ChunkWriter;
  readonly #plain: PlainElements;
  readonly #links: HardLinks;
  readonly #directories: FinishDirectories;
  #notes = new WriteNotes();

  constructor({ plan, keys, control, progress }: WriterSetup) {
    this.#control = new RunControl(control);
    this.#store = PlanStore.open(plan.file);
    this.#destination = new Destination(this.#store, destinationFiles(plan.destination.layer), plan.destination.root);
    this.#progress = new Float64Array(progress);
    this.#keys = new SetKeys(keys);
    const notes = (): WriteNotes => this.#notes;
    const { policy } = plan.destination;
    const fresh = new FreshFiles(this.#store, this.#destination);
    this.#files = new FileWriter({ destination: this.#destination, fresh }, plan.id, policy, notes);
    const place = { store: this.#store, destination: this.#destination, files: this.#files, run: plan.id, policy };
    this.#chunks = new ChunkWriter(this.#store, this.#files, this.#control, this.#progress, notes);
    this.#plain = new PlainElements(place, this.#control, this.#progress, notes);
    this.#links = new HardLinks(place, notes);
    this.#directories = new FinishDirectories(this.#store, this.#destination, notes, policy === 'skip');
  }

  /** Carries out a request. Never throws: what ends the restore is in the answer, with what was done before. */
  carryOut(request: WriterRequest): WriterAnswer {
    this.#notes = new WriteNotes();
    try {
      this.#do(request);
      return { kind: 'done', report: this.#notes.report() };
    } catch (thrown) {
      return { kind: 'failed', report: this.#notes.report(), error: asColdframeError(thrown).toData() };
    }
  }

  #close(): void {
    this.#destination.close();
    this.#store.close();
  }

  #do(request: WriterRequest): void {
    switch (request.kind) {
      case 'leftovers':
        this.#removeLeftovers();
        break;
      case 'chunk':
        this.#chunk(request.chunk, setId(request.set), request.sequence, request.slot);
        break;
      case 'plain':
        this.#plain.make(request.from, request.to);
        break;
      case 'finish':
        this.#finish(request.elements);
        break;
      case 'discard':
        this.#discard(request.elements);
        break;
      case 'links':
        this.#links.make(request.displaced, this.#control);
        break;
      case 'directories':
        this.#directories.dress(this.#control);
        break;
      case 'flags':
        this.#directories.setFlags(request.displaced);
        break;
      case 'sync':
        this.#sync();
        break;
      case 'close':
        this.#close();
    }
  }

  #chunk(chunk: number, set: SetId, sequence: number, { memory, length, lost }: FilledSlot): void {
    this.#chunks.write(chunk, Buffer.from(memory, 0, length), this.#keys.seal(set, sequence), lost);
    // What this chunk took lies scattered over the C library's heap; the next one may not fit between.
    releaseMemory();
  }

  #finish(elements: readonly number[]): void {
    const failures = new ElementFailures(this.#files, () => this.#notes);
    for (const id of elements) {
      const element = elementById(this.#store, id);
      try {
        this.#files.finish(element, this.#files.open(element, true), 0);
        this.#progress[PROGRESS.elements] = (this.#progress[PROGRESS.elements] as number) + 1;
      } catch (error) {
        failures.failed(element, error, true);
      }
    }
  }

  /** One that cannot be removed does not keep the others: the next run removes it. */
  #discard(elements: readonly number[]): void {
    let fatal: unknown = null;
    for (const id of elements) {
      try {
        this.#files.discard(elementById(this.#store, id));
      } catch (error) {
        if (isFatal(error)) fatal ??= error;
      }
    }
    if (fatal !== null) throw fatal;
  }

  #removeLeftovers(): void {
    for (const [directory, name] of rowsOf<[number, string]>(this.#store, 'SELECT directory, name FROM leftover')) {
      try {
        removeQuietly(this.#destination.files, this.#destination.directory(directory), name as ByteString);
      } catch (error) {
        if (!isErrno(error, 'EISDIR', 'EPERM', 'EACCES')) throw error;
      }
    }
  }

  /** Makes all of the destination durable. */
  #sync(): void {
    if (!this.#destination.files.syncAll(this.#destination.directory(ROOT_DIRECTORY))) this.#syncDirectories();
    failpoint('restore:after-sync');
  }

  /** Their files are durable already. */
  #syncDirectories(): void {
    const wanted = 'SELECT id FROM directory WHERE state <> ?';
    for (const [id] of rowsOf<[number]>(this.#store, wanted, DIRECTORY_STATE.skip)) {
      try {
        this.#destination.files.syncDirectory(this.#destination.directory(id));
      } catch (error) {
        // What could not be made was named when it was to be dressed.
        if (errnoOf(error) === null || isFatal(error)) throw error;
      }
    }
  }
}
