import { catalogFile } from '../catalog-place.ts';
import type { FolderPages } from '../use-cases.ts';
import { BrowseThread } from './browse-thread.ts';

/** Pages of folders in any order; the thread starts with the first. */
export const openFolderPages = (): FolderPages => {
  const thread = new BrowseThread();
  return {
    page: async (home, vault, { set, path, ...page }) => {
      const { entries, total } = await thread.page({ catalog: catalogFile(home, vault), set, path, page });
      return { entries, total };
    },
    gone: async (home, vault, wish, signal) => {
      const { entries, total } = await thread.gone({ catalog: catalogFile(home, vault), ...wish }, signal);
      return { entries, total };
    },
    weigh: async (home, vault, wish, signal) => {
      const { elements, bytes } = await thread.weigh({ catalog: catalogFile(home, vault), ...wish }, signal);
      return { elements, bytes };
    },
    compare: async (home, vault, { from, to, ...options }, signal) => {
      const wish = { catalog: catalogFile(home, vault), from, to, options };
      const { totals, changes } = await thread.compare(wish, signal);
      return { totals, changes };
    },
    close: async () => await thread.close(),
  };
};
