import { Menu, type MenuItemConstructorOptions } from 'electron';
import { words } from './words.ts';

interface MenuActions {
  readonly go: (screen: string) => void;
  readonly quit: () => void;
  readonly devTools: boolean;
}

type Screen = keyof typeof words.menu.screens;

/** The menu of the program; on macOS it stands at the top of the screen, elsewhere in the window. */
export const buildMenu = ({ go, quit, devTools }: MenuActions, platform = process.platform): Menu => {
  const to = (screen: Screen, accelerator?: string): MenuItemConstructorOptions => ({
    label: words.menu.screens[screen],
    ...(accelerator ? { accelerator } : {}),
    click: () => go(screen),
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const leave: MenuItemConstructorOptions = { label: words.menu.quit, accelerator: 'CmdOrCtrl+Q', click: quit };
  const mac: MenuItemConstructorOptions = {
    label: words.product,
    submenu: [to('about'), line, to('settings', 'Cmd+,'), line, { role: 'hide' }, { role: 'hideOthers' }, line, leave],
  };
  return Menu.buildFromTemplate([
    ...(platform === 'darwin' ? [mac] : []),
    {
      label: words.menu.file,
      submenu: [
        to('protect', 'CmdOrCtrl+N'),
        to('restore', 'CmdOrCtrl+Shift+R'),
        line,
        ...(platform === 'darwin' ? [] : [to('settings', 'Ctrl+,'), line]),
        { label: words.menu.close, accelerator: 'CmdOrCtrl+W', role: 'close' },
        ...(platform === 'darwin' ? [] : [leave]),
      ],
    },
    {
      label: words.menu.edit,
      submenu: [
        ...(['undo', 'redo'] as const).map((role) => ({ role })),
        line,
        ...(['cut', 'copy', 'paste', 'selectAll'] as const).map((role) => ({ role })),
      ],
    },
    {
      label: words.menu.go,
      submenu: [
        to('overview', 'CmdOrCtrl+1'),
        to('jobs', 'CmdOrCtrl+2'),
        to('media', 'CmdOrCtrl+3'),
        line,
        to('activity', 'CmdOrCtrl+4'),
        to('doctor', 'CmdOrCtrl+5'),
      ],
    },
    {
      label: words.menu.view,
      submenu: [
        { role: 'reload' },
        line,
        ...(['resetZoom', 'zoomIn', 'zoomOut'] as const).map((role) => ({ role })),
        line,
        { role: 'togglefullscreen' },
        ...(devTools ? [{ role: 'toggleDevTools' } as const] : []),
      ],
    },
    { label: words.menu.help, role: 'help', submenu: [to('doctor'), to('about')] },
  ]);
};
