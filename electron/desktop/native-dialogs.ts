import { type BrowserWindow, dialog } from 'electron';
import type { ConsoleLink } from './console-link.ts';
import type { DesktopHandlers } from './requests.ts';

/** What the page asks of the window that it is in. */
export const desktopHandlers = (window: BrowserWindow, link: ConsoleLink): DesktopHandlers => ({
  'folder.choose': async ({ title, start }) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      ...(start === null ? {} : { defaultPath: start }),
      properties: ['openDirectory', 'createDirectory', 'showHiddenFiles'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  },
  trouble: async () => {
    const data = link.trouble?.toData();
    return data ? { ...data, context: { ...data.context } } : null;
  },
});
