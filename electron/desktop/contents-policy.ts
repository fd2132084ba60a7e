import type { App, Shell, WebContents } from 'electron';
import { PAGE_URL } from './app-protocol.ts';
import { mayOpenOutside } from './external-links.ts';

/** Holds whatever shows pages to our one page: nothing else is navigated to, opened, or put into it. */
export const guardContents = (app: App, shell: Shell): void => {
  app.on('web-contents-created', (_, contents) => guard(contents, shell));
};

const guard = (contents: WebContents, shell: Shell): void => {
  contents.on('will-navigate', (event) => {
    // Loading the page again is a navigation, too.
    if (!event.isMainFrame || event.url.split('#', 1)[0] !== PAGE_URL) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Where no program opens links there is nothing to be done about it.
    if (mayOpenOutside(url)) shell.openExternal(url).catch(() => undefined);
    return { action: 'deny' };
  });
};
