import { BRIDGE_NAME, type DesktopBridge } from '../../shared/desktop/channels.ts';
import {
  DESKTOP_REQUESTS,
  type DesktopInput,
  type DesktopOutput,
  type DesktopRequest,
  desktopReply,
} from '../../shared/desktop/requests.ts';
import { foreignAnswer, fromWire } from './errors.ts';

/** The bridge that the desktop shell puts into its page; null in a browser. */
export const desktopBridge = (page: object): DesktopBridge | null => {
  const found = (page as Record<string, unknown>)[BRIDGE_NAME];
  return found === undefined ? null : (found as DesktopBridge);
};

/** Asks the desktop window for something that only it can do. Rejects with a ColdframeError. */
export const askDesktop = async <R extends DesktopRequest>(
  bridge: DesktopBridge,
  request: R,
  input: DesktopInput<R>,
): Promise<DesktopOutput<R>> => {
  const reply = desktopReply.safeParse(await bridge.ask(request, input));
  if (!reply.success) throw foreignAnswer(request);
  if (!reply.data.ok) throw fromWire(reply.data.error);
  const output = DESKTOP_REQUESTS[request].output.safeParse(reply.data.output);
  if (!output.success) throw foreignAnswer(request);
  return output.data as DesktopOutput<R>;
};
