/** Where the page of the desktop window comes from; nothing else may talk to its main process. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'coldframe';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** IPC from the page: the port of a new connection; a request of `requests.ts`. */
export const CONNECT_CHANNEL = 'coldframe:connect';
export const ASK_CHANNEL = 'coldframe:ask';
/** IPC to the page: the screen that a menu names. */
export const GO_CHANNEL = 'coldframe:go';

/** Kind of the message with which the preload script hands the page its end of a connection. */
export const PORT_MESSAGE = 'coldframe:port';

/** What the preload script puts into the page. */
export interface DesktopBridge {
  /** Asks for a connection: a message `{ kind: PORT_MESSAGE, id }` of the own window brings its port. */
  connect(id: number): void;
  /** Answers a `Reply` of `requests.ts`; what went wrong is data. */
  ask(request: string, input: unknown): Promise<unknown>;
  /** Hears which screen a menu leads to. */
  onGo(listener: (screen: string) => void): void;
}

/** The name of the bridge in the page. */
export const BRIDGE_NAME = 'coldframe';
