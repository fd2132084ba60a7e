import type { InputOf, OutputOf, ProcedureName } from './contract.ts';
import type { ConsoleEvent } from './events.ts';

/** What opens a sealed vault. Travels beside an input, is never stored, logged or part of an error. */
export interface Secrets {
  readonly passphrase?: string;
  readonly recoveryCode?: string;
  readonly newPassphrase?: string;
  /** Of a notice that is added: the password of a mail server, or the address of a webhook. */
  readonly notice?: string;
  /** Of a webhook that is added: the key with which what it is sent is signed. */
  readonly signingKey?: string;
}

export interface CallOptions {
  /** Cancels the call, and the job it runs. */
  readonly signal?: AbortSignal;
  readonly secrets?: Secrets;
  /** Answers false when it cannot take the event now: what only comes once comes with the next one. */
  // biome-ignore lint/suspicious/noConfusingVoidType: who takes everything need not say so.
  readonly onEvent?: (event: ConsoleEvent) => boolean | void;
}

/**
 * A console as its callers see it, whatever carries the call: in process, over the local socket, over a WebSocket or
 * Electron IPC. Rejects with a ColdframeError.
 */
export interface ConsoleClient {
  call<P extends ProcedureName>(procedure: P, input: InputOf<P>, options?: CallOptions): Promise<OutputOf<P>>;
}
