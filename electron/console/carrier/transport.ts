/** Carries frames both ways between two processes: whole, in order, each once, until it is closed. */
export interface Transport {
  /** Sends a frame; after the end it does nothing. */
  send(frame: unknown): void;
  /** Whether the other side has fallen behind in reading; `onDrain` tells when it has caught up. */
  readonly congested: boolean;
  readonly closed: boolean;
  onDrain(listener: () => void): void;
  /** Hears every frame that the other side sends; one that throws has broken the rules, and that ends the connection. */
  onFrame(take: (frame: unknown) => void): void;
  /** Once: the other side has ended, was lost, or was turned away. */
  onClose(listener: () => void): void;
  /** Takes no more frames until `resume`: the other side has to wait then, too. */
  pause(): void;
  resume(): void;
  /** Ends when what was sent has been handed over. */
  close(): void;
}
