import { inspectVault } from '../../engine/tape/vault.ts';
import { lookIntoChanger } from '../look-into-changer.ts';
import type { UseCases } from '../use-cases.ts';
import { libraryInUse, withLibrary } from '../vault-session.ts';
import { moves } from './moves.ts';
import { withLabelsRead } from './read-labels.ts';
import { libraryView, tapeView } from './tape-view.ts';

type OperatorUseCases = Pick<
  UseCases,
  | 'showLibrary'
  | 'loadTape'
  | 'unloadDrive'
  | 'moveTape'
  | 'takeInventory'
  | 'protectTape'
  | 'retireTape'
  | 'shelveTape'
>;

/** What an operator does with a library; none of it takes a secret or a catalog. */
export const operator: OperatorUseCases = {
  showLibrary: async (dir) => {
    const used = await libraryInUse(dir);
    return used === null
      ? libraryView(dir, inspectVault(dir), () => false)
      : libraryView(dir, used.state, (volume) => used.isHeld(volume));
  },
  ...moves,
  takeInventory: async (dir) => {
    const since = inspectVault(dir);
    const { changer } = since.settings;
    if (changer === undefined) return await withLibrary(dir, (library) => library.inventory({ all: true }));
    const elements = await lookIntoChanger({ changer: changer.address, drives: [], anew: true });
    const found = await withLibrary(dir, (library) => library.takeElements(elements, since));
    return await withLabelsRead(dir, elements, found);
  },
  protectTape: async (dir, name, on) =>
    await withLibrary(dir, (library) => {
      const { volume } = library.tape(name);
      library.protect(volume, on);
      return tapeView(library.state, library.tape(volume));
    }),
  shelveTape: async (dir, name, shelf) =>
    await withLibrary(dir, (library) => {
      library.takeReturned();
      const { volume } = library.tape(name);
      library.shelve(volume, shelf);
      return tapeView(library.state, library.tape(volume));
    }),
  retireTape: async (dir, name) =>
    await withLibrary(dir, (library) => {
      const { volume } = library.tape(name);
      library.retire(volume);
      return tapeView(library.state, library.tape(volume));
    }),
};
