import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { ExportSpec } from '../../engine/nbd/export-device.ts';
import { dropOverlay, keptOverlay, privateOverlay, settleOverlay } from '../../engine/restore/instant/overlay-files.ts';
import type { OverlaySpec } from '../../engine/restore/instant/overlay-volume.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import { type HomeLock, tryLock } from '../home/lock.ts';
import type { SetExport } from '../use-cases.ts';

type Overlay = InputOf<'volume.serve'>['overlay'];

/** What one server serves of block sets, with the overlays that it has open. */
export interface SetServing {
  readonly exports: readonly { readonly name: string; readonly device: ExportSpec }[];
  /** When nobody uses it any more: what is kept is made durable, the rest is gone. */
  end(): Promise<void>;
}

/** The overlays of a home. Private ones lie in a folder of it, which is emptied when the home is opened. */
export class Overlays {
  readonly #folder: string;
  /** Files that are in use. */
  readonly #used = new Map<string, HomeLock>();

  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
  }

  /** Errors: OVERLAY_FOREIGN, OVERLAY_IN_USE, IO, DISK_FULL. */
  serve(sets: readonly SetExport[], overlay: Overlay): SetServing {
    const overlays: OverlaySpec[] = [];
    const end = async (): Promise<void> => {
      try {
        for (const each of overlays) await settleOverlay(each);
      } finally {
        for (const each of overlays) this.#close(each);
      }
    };
    try {
      const exports = sets.map(({ exportName, spec }) => {
        if (overlay === undefined) return { name: exportName, device: spec };
        const device = overlay.file === undefined ? this.#private(spec) : this.#kept(spec, realPlace(overlay.file));
        overlays.push(device);
        return { name: exportName, device };
      });
      return { exports, end };
    } catch (error) {
      for (const each of overlays) this.#close(each);
      throw error;
    }
  }

  #private(spec: SetExport['spec']): OverlaySpec {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return privateOverlay(spec, join(this.#folder, randomId()));
  }

  #kept(spec: SetExport['spec'], path: string): OverlaySpec {
    // Also against other homes: two servers of one overlay would undo each other's maps.
    const lock = this.#used.has(path) ? null : tryLock(lockOf(path));
    if (lock === null) throw inUse(path);
    try {
      const overlay = keptOverlay(spec, path);
      this.#used.set(path, lock);
      return overlay;
    } catch (error) {
      lock.release();
      rmSync(lockOf(path), { force: true });
      throw error;
    }
  }

  #close(overlay: OverlaySpec): void {
    const lock = this.#used.get(overlay.path);
    this.#used.delete(overlay.path);
    dropOverlay(overlay);
    if (lock === undefined) return;
    // While it is held: nobody takes one that is about to go.
    rmSync(lockOf(overlay.path), { force: true });
    lock.release();
  }
}

const lockOf = (path: string): string => `${path}.lock`;

/** One name for one file, whether it is there or not. */
const realPlace = (path: string): string => {
  try {
    if (existsSync(path)) return realpathSync(path);
    return join(realpathSync(dirname(path)), basename(path));
  } catch (error) {
    throw ioError('open', errnoOf(error) ?? 'EIO', dirname(path), error);
  }
};

const inUse = (path: string): ColdframeError =>
  new ColdframeError('OVERLAY_IN_USE', {
    message: `The overlay ${path} is in use: a set is served with it.`,
    guidance: 'End serving that one first, or name another file.',
    context: { path },
  });
