import type { IpcMain, MessagePortMain } from 'electron';
import { ASK_CHANNEL, CONNECT_CHANNEL } from '../../shared/desktop/channels.ts';
import type { ConsoleLink } from './console-link.ts';
import type { FramePort } from './frame-port.ts';
import { portTransport } from './port-transport.ts';
import { answerRequest, type DesktopHandlers, notOurPage } from './requests.ts';
import { isOurPage } from './sender-check.ts';

interface IpcParts {
  readonly windowId: () => number | null;
  readonly link: ConsoleLink;
  readonly handlers: DesktopHandlers;
}

/** Takes what the page sends, once it is known to be our page. */
export const takeIpc = (ipc: IpcMain, { windowId, link, handlers }: IpcParts): void => {
  ipc.on(CONNECT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (!port) return;
    if (isOurPage(event, windowId())) void link.serve(portTransport(framePort(port)));
    else port.close();
  });
  ipc.handle(ASK_CHANNEL, async (event, request: unknown, input: unknown) =>
    isOurPage(event, windowId()) ? await answerRequest(handlers, request, input) : notOurPage(),
  );
};

const framePort = (port: MessagePortMain): FramePort => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
  onClose: (listener) => void port.once('close', listener),
  start: () => port.start(),
  close: () => port.close(),
});
