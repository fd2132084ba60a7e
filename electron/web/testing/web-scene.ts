import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { afterEach } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { CallOptions, ConsoleClient } from '../../../shared/contract/calls.ts';
import { offeredProtocols, PROOF_HEADER } from '../../../shared/contract/proof.ts';
import { planWeb, type WebOptions } from '../web-options.ts';
import { openWebShell, type WebShell, type WebShellParts } from '../web-shell.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** What a browser has of a session: the cookie, which it sends by itself, and the proof, which our page shows. */
export interface Pass {
  readonly cookie: string;
  readonly proof: string;
}

export const NO_PASS: Pass = { cookie: '', proof: '' };

/** A pass as the headers of a request of our page. */
export const shown = ({ cookie, proof }: Pass): OutgoingHttpHeaders => ({ cookie, [PROOF_HEADER]: proof });

type Answer = (procedure: string, input: unknown, options: CallOptions) => Promise<unknown>;

/** A web shell over a console that answers what the test says, and a browser's ways to it, honest or not. */
export class WebScene {
  readonly shell: WebShell;
  readonly port: number;

  constructor(shell: WebShell) {
    this.shell = shell;
    this.port = Number(new URL(shell.origin).port);
  }

  /** One request, sent as it is: no header is added but Host, where the test gives none. */
  ask({ method = 'GET', path = '/', headers = {}, body }: Ask = {}): Promise<Reply> {
    return new Promise((done, fail) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false });
      request.on('error', fail);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      request.end(body);
    });
  }

  /** A token out of a fresh link. */
  token(): string {
    return new URL(this.shell.link().url).hash.replace('#token=', '');
  }

  /** What our page does first. */
  post(token: string, headers: OutgoingHttpHeaders = {}): Promise<Reply> {
    return this.ask({
      method: 'POST',
      path: '/session',
      headers: { origin: this.shell.origin, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ token }),
    });
  }

  /** The pass of a new session. */
  async signIn(): Promise<Pass> {
    const { headers, body } = await this.post(this.token());
    return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '', proof: JSON.parse(body).proof };
  }

  /** A WebSocket as our page opens it, but for what the test says. */
  socket(
    { cookie, proof }: Pass,
    headers: Readonly<Record<string, string>> = {},
    options: ClientOptions = {},
  ): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/socket`, offeredProtocols(proof || null), {
      origin: this.shell.origin,
      perMessageDeflate: false,
      headers: { cookie, ...headers },
      ...options,
    });
    socket.on('error', () => undefined);
    return socket;
  }
}

/** Opens scenes in tests and closes them afterwards. */
export const webScenes = () => {
  const open: WebShell[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((shell) => shell.close()));
  });
  return async (answer: Answer = async () => ({}), parts: WebShellParts = {}, options: WebOptions = {}) => {
    const console: ConsoleClient = { call: answer as ConsoleClient['call'] };
    const shell = await openWebShell(console, planWeb(options), parts);
    open.push(shell);
    return new WebScene(shell);
  };
};

/** How an upgrade ended: 101, or the status that it was turned away with. */
export const upgradeStatus = (socket: WebSocket): Promise<number> =>
  new Promise((done) => {
    socket.once('open', () => done(101));
    socket.once('unexpected-response', (_, response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
  });

/** The code that a WebSocket is closed with. */
export const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((done) => socket.once('close', (code) => done(code)));
