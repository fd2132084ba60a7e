import type { Session } from 'electron';
import { APP_ORIGIN, APP_SCHEME } from '../../shared/desktop/channels.ts';
import type { RendererFiles } from '../platform/renderer-files.ts';
import { answerFrom } from './app-protocol.ts';

/** Copying a path is all that the page needs of what a browser can do. */
const GRANTED = 'clipboard-sanitized-write';

/** What has no place outside our list: requests of the developer tools, which a packaged program does not have. */
const OWN_SCHEMES = [`${APP_SCHEME}:`, 'devtools:'];

/** Files that our page made of what it shows; where they go the system's own dialog asks. */
const OWN_FILES = `blob:${APP_ORIGIN}/`;

/** Gives the session its files, and takes everything else away: permissions, devices, downloads but of what the page itself made, the network. */
export const guardSession = (session: Session, files: RendererFiles): void => {
  session.protocol.handle(APP_SCHEME, (request) => answerFrom(files, request));
  session.setPermissionRequestHandler((_, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(permission === GRANTED && isMainFrame && requestingUrl.startsWith(`${APP_ORIGIN}/`)),
  );
  session.setPermissionCheckHandler(
    (_, permission, origin) => permission === GRANTED && origin.replace(/\/$/, '') === APP_ORIGIN,
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(OWN_FILES)) event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: ![...OWN_SCHEMES, OWN_FILES].some((scheme) => url.startsWith(scheme)) }),
  );
  session.setSpellCheckerEnabled(false);
};
