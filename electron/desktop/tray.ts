import { fileURLToPath } from 'node:url';
import { Menu, nativeImage, Tray } from 'electron';
import { showsTrayIcons } from './status-notifier.ts';
import { words } from './words.ts';

interface TrayActions {
  readonly open: () => void;
  readonly quit: () => void;
}

export interface TrayIcon {
  /** Shows how many jobs run. */
  jobs(count: number): void;
}

/** The icon in the tray; null where none would be seen. */
export const openTray = async ({ open, quit }: TrayActions): Promise<TrayIcon | null> => {
  if (!(await showsTrayIcons())) return null;
  try {
    const image = nativeImage.createFromPath(fileURLToPath(new URL('./tray.png', import.meta.url)));
    const tray = new Tray(image);
    const jobs = (count: number) => {
      tray.setToolTip(`${words.product}: ${words.tray.jobs(count)}`);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: words.tray.open, click: open },
          { label: words.tray.jobs(count), enabled: false },
          { type: 'separator' },
          { label: words.tray.quit, click: quit },
        ]),
      );
    };
    tray.on('click', open);
    return { jobs };
  } catch {
    return null;
  }
};
