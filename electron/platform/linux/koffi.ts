import { createRequire } from 'node:module';
import { undisturbed } from '../undisturbed.ts';

type Koffi = typeof import('koffi');

let loaded: Koffi | null = null;

/** Loads the foreign function interface on first use: who makes no system call does not pay for it. */
export function loadKoffi(): Koffi {
  loaded ??= undisturbed(() => createRequire(import.meta.url)('koffi') as Koffi);
  return loaded;
}

/**
 * Binds functions of the C library, of the runtime (null) or of another library. Whatever binds or decodes goes through here, or through
 * `undisturbed`: a thread that is ended by force in the middle of it takes the process with it.
 */
export function bindNative<Bound>(bind: (koffi: Koffi) => Bound): Bound {
  return undisturbed(() => bind(loadKoffi()));
}
