import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { reasonOf } from '../platform/errno.ts';
import { type RendererFiles, readRendererFiles } from '../platform/renderer-files.ts';
import { Connections } from './connections.ts';
import { Failures } from './failures.ts';
import { RHYTHM, type Rhythm } from './heartbeat.ts';
import { LinkTokens } from './link-tokens.ts';
import { type MetricsDoor, shared } from './metrics-route.ts';
import { ownNames } from './own-names.ts';
import { placeholderFiles } from './placeholder.ts';
import { answerRequest } from './routes.ts';
import { secretDigest } from './secrets.ts';
import { Sessions } from './sessions.ts';
import { Sockets } from './sockets.ts';
import type { WebPlan } from './web-options.ts';

/** A link that opens the console in a browser, once. */
interface Link {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface WebShell {
  /** Without a token: where a browser that has a session finds the console. */
  readonly origin: string;
  readonly port: number;
  link(): Link;
  close(): Promise<void>;
}

export interface WebShellParts {
  readonly files?: RendererFiles;
  readonly rhythm?: Rhythm;
  readonly now?: () => number;
}

/** Connections at a time, those of WebSockets included; a browser keeps up to six for the rest. */
export const MOST_CONNECTIONS = 256;
const SWEEP_MS = 60_000;

/** Serves a console to browsers. Errors: CANNOT_LISTEN, USAGE for a certificate that names something else. */
export const openWebShell = async (
  console: ConsoleClient,
  plan: WebPlan,
  { files = readRendererFiles() ?? placeholderFiles(), rhythm = RHYTHM, now = Date.now }: WebShellParts = {},
): Promise<WebShell> => {
  const server = newServer(plan);
  const port = await listen(server, plan);
  try {
    const names = ownNames(plan, port);
    const sessions = new Sessions(port, plan.tls !== null, now);
    const tokens = new LinkTokens(plan.token, now);
    const routes = {
      names,
      files,
      tokens,
      sessions,
      failures: new Failures(now),
      metrics: metricsDoor(console, plan, now),
    };
    const connections = new Connections(MOST_CONNECTIONS);
    const sockets = new Sockets({ console, names, sessions, rhythm, connections });
    server.on('connection', (socket) => connections.take(socket));
    server.on('request', (request, response) => {
      connections.heard(request.socket);
      void answerRequest(request, response, routes);
    });
    server.on('upgrade', (request, stream, head) => sockets.upgrade(request, stream, head));
    const sweep = setInterval(() => sessions.endOver(), SWEEP_MS);
    sweep.unref();
    return {
      origin: names.origin,
      port,
      link: () => {
        const { token, expiresAt } = tokens.issue();
        return { url: `${names.origin}/#token=${token}`, expiresAt };
      },
      close: async () => {
        clearInterval(sweep);
        await sockets.close();
        await closed(server);
      },
    };
  } catch (error) {
    await closed(server);
    throw error;
  }
};

/** Scrapers that come together are answered together; who fails there may still sign in. */
const metricsDoor = (console: ConsoleClient, { metricsToken }: WebPlan, now: () => number): MetricsDoor | null =>
  metricsToken === null
    ? null
    : {
        token: secretDigest(metricsToken),
        failures: new Failures(now),
        read: shared(async () => (await console.call('metrics', {})).text),
      };

const newServer = ({ tls }: WebPlan): Server => {
  const limits = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 10_000,
    connectionsCheckingInterval: 5_000,
  };
  const server = tls
    ? createTlsServer({ ...limits, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' })
    : createServer(limits);
  // A client that breaks off, or talks no HTTP, is nobody's trouble but its own.
  server.on('clientError', (_, stream) => stream.destroy());
  return server;
};

const listen = (server: Server, { host, port }: WebPlan): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', (cause) =>
      fail(
        new ColdframeError('CANNOT_LISTEN', {
          message: `The console cannot be served at ${host}, port ${port}: ${reasonOf(cause)}.`,
          guidance: 'Choose another --port or --host; port 0 takes any that is free.',
          context: { host, port },
          cause,
        }),
      ),
    );
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      // Running out of file descriptors, for one: those who are connected stay so.
      server.on('error', () => undefined);
      done((server.address() as AddressInfo).port);
    });
  });

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
