import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, nativeTheme, Tray } from 'electron';
import type { Settings } from '../../../shared/contract/settings.ts';
import { words } from '../words.ts';
import { drawTrayIcon, pngOf, type TrayIconState, type TrayLook, type TraySize } from './draw.ts';
import { iconOf, menuOf, NO_CONSOLE, stateLine, type TrayAct, type TrayEntry, type TrayState } from './menu.ts';

/** The menu is made anew this often at most, milliseconds: some desktops close the one that is open. */
const REDRAW_MS = 1000;

/** Panels on Linux give an icon 22 pixels, those of the others 16. */
const SIZE: TraySize = process.platform === 'linux' ? 22 : 16;

const imageOf = (state: TrayIconState, look: TrayLook): NativeImage => {
  const image = nativeImage.createEmpty();
  for (const scaleFactor of [1, 2]) {
    const side = SIZE * scaleFactor;
    image.addRepresentation({ scaleFactor, buffer: pngOf(drawTrayIcon(state, SIZE, look, scaleFactor), side) });
  }
  if (process.platform === 'darwin' && look === 'black') image.setTemplateImage(true);
  return image;
};

/** The icon in the tray, and its menu. */
export class TrayIcon {
  readonly #tray: Tray;
  readonly #act: (act: TrayAct) => void;
  readonly #images = new Map<string, NativeImage>();
  #state: TrayState = NO_CONSOLE;
  #wish: Settings['trayIcon'] = 'colour';
  #icon = '';
  #menu = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(act: (act: TrayAct) => void) {
    this.#act = act;
    this.#tray = new Tray(this.#imageOf({ kind: 'idle' }));
    this.#tray.on('click', () => act({ kind: 'open' }));
    nativeTheme.on('updated', () => this.#draw());
    this.#draw();
  }

  /** Shows how things are. */
  show(state: TrayState): void {
    this.#state = state;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#draw();
      },
      this.#icon === this.#iconKey() ? REDRAW_MS : 0,
    );
    this.#timer.unref();
  }

  /** In colour, or in the ink that suits the panel. */
  look(wish: Settings['trayIcon']): void {
    this.#wish = wish;
    this.#draw();
  }

  #look(): TrayLook {
    if (this.#wish === 'colour' && process.platform !== 'darwin') return 'colour';
    // macOS colours a template itself.
    return process.platform !== 'darwin' && nativeTheme.shouldUseDarkColors ? 'white' : 'black';
  }

  #iconKey(): string {
    return JSON.stringify([iconOf(this.#state, Date.now()), this.#look()]);
  }

  #imageOf(state: TrayIconState): NativeImage {
    const key = JSON.stringify([state, this.#look()]);
    const image = this.#images.get(key) ?? imageOf(state, this.#look());
    this.#images.set(key, image);
    return image;
  }

  #draw(): void {
    const now = Date.now();
    const icon = this.#iconKey();
    if (icon !== this.#icon) this.#tray.setImage(this.#imageOf(iconOf(this.#state, now)));
    this.#icon = icon;
    const entries = menuOf(this.#state, now);
    const menu = JSON.stringify(entries);
    if (menu === this.#menu) return;
    this.#menu = menu;
    this.#tray.setToolTip(`${words.product}: ${stateLine(this.#state, now)}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(entries.map((entry) => this.#item(entry))));
  }

  #item(entry: TrayEntry): MenuItemConstructorOptions {
    switch (entry.kind) {
      case 'line':
        return { type: 'separator' };
      case 'text':
        return { label: literal(entry.label), enabled: false };
      case 'act':
        return { label: literal(entry.label), enabled: entry.enabled, click: () => this.#act(entry.act) };
      case 'group':
        return { label: entry.label, submenu: entry.entries.map((each) => this.#item(each)) };
    }
  }
}

/** In a menu an ampersand would mark a letter. */
const literal = (label: string): string => label.replaceAll('&', '&&');
