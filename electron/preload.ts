import { contextBridge, ipcRenderer } from 'electron';
import {
  ASK_CHANNEL,
  BRIDGE_NAME,
  CONNECT_CHANNEL,
  type DesktopBridge,
  GO_CHANNEL,
  PORT_MESSAGE,
} from '../shared/desktop/channels.ts';

/** As much of a page's globals as this script needs; the types of the main process know no page. */
interface Page {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void;
}
const page = globalThis as unknown as Page;

const bridge: DesktopBridge = {
  connect: (id) => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage(CONNECT_CHANNEL, null, [port1]);
    // A port cannot cross the bridge itself.
    page.postMessage({ kind: PORT_MESSAGE, id }, page.location.origin, [port2]);
  },
  ask: (request, input) => ipcRenderer.invoke(ASK_CHANNEL, request, input),
  onGo: (listener) => void ipcRenderer.on(GO_CHANNEL, (_, screen: string) => listener(screen)),
};

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
