import { dialog } from 'electron';
import type { ConsoleLink } from './console-link.ts';
import type { MainWindow } from './main-window.ts';
import type { DesktopHandlers } from './requests.ts';

/** What the page asks of the window that it is in. */
export const desktopHandlers = (main: MainWindow, link: ConsoleLink): DesktopHandlers => ({
  'folder.choose': async ({ title, start }) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(main.window, {
      title,
      ...(start === null ? {} : { defaultPath: start }),
      properties: ['openDirectory', 'createDirectory', 'showHiddenFiles'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  },
  'leaving.ask': async ({ asks }) => {
    main.asksBeforeLeaving = asks;
    return null;
  },
  trouble: async () => {
    const data = link.trouble?.toData();
    return data ? { ...data, context: { ...data.context } } : null;
  },
});
