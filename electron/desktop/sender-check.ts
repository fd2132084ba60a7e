import { APP_ORIGIN } from '../../shared/desktop/channels.ts';

/** As much of a frame as tells whose it is. */
interface Frame {
  readonly origin: string;
  readonly parent: unknown;
}

/** As much of an IPC event as tells who sent it. */
interface Sent {
  readonly sender: { readonly id: number; readonly mainFrame: unknown };
  readonly senderFrame: Frame | null;
}

/** Whether IPC comes from the one page that may send any: the main frame of our window, showing what we serve. */
export const isOurPage = ({ sender, senderFrame }: Sent, windowId: number | null): boolean =>
  sender.id === windowId &&
  senderFrame !== null &&
  senderFrame === sender.mainFrame &&
  senderFrame.parent === null &&
  senderFrame.origin === APP_ORIGIN;
