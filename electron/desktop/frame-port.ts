/** What a MessagePort is to a carrier, of whatever make: Electron's in the main process, or Node's. */
export interface FramePort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Once: the other side has let go of its end. */
  onClose(listener: () => void): void;
  /** Begins to deliver what was sent. */
  start(): void;
  close(): void;
}
