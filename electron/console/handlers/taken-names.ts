import { ColdframeError } from '../../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import { nameForComparison } from './demand-name.ts';

/** The names that objects have, read once for as many as are added. */
export class TakenNames {
  readonly #store: Pick<Store, 'objects'>;
  #names: Map<string, string> | null = null;

  constructor(store: Pick<Store, 'objects'>) {
    this.#store = store;
  }

  /** Objects may have been added, renamed or taken back since. */
  forget(): void {
    this.#names = null;
  }

  /** Refuses a name that an object has already, be it in other letters: one would be taken for the other. */
  demandFree(wanted: string): void {
    const name = this.#read().get(nameForComparison(wanted));
    if (name === undefined) return;
    throw new ColdframeError('OBJECT_EXISTS', {
      message:
        name === wanted
          ? `There is a logical object named ${name} already.`
          : `There is a logical object named ${name} already, which is ${wanted} in other letters.`,
      guidance: `Choose another name, or remove it first with: coldframe object remove ${name}`,
      context: { object: name },
    });
  }

  add(name: string): void {
    this.#read().set(nameForComparison(name), name);
  }

  #read(): Map<string, string> {
    this.#names ??= new Map(this.#store.objects.list().map(({ name }) => [nameForComparison(name), name]));
    return this.#names;
  }
}
