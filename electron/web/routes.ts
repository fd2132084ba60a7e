import type { IncomingMessage, ServerResponse } from 'node:http';
import { asColdframeError } from '../../shared/errors.ts';
import type { RendererFiles } from '../platform/renderer-files.ts';
import { type MetricsDoor, serveMetrics } from './metrics-route.ts';
import { checkOrigin } from './origin-guard.ts';
import type { OwnNames } from './own-names.ts';
import { malformed, Refusal, refuse } from './responses.ts';
import { type Doorkeepers, serveSession } from './session-route.ts';
import { sendFile } from './static-files.ts';

export interface Routes extends Doorkeepers {
  readonly names: OwnNames;
  readonly files: RendererFiles;
  /** Null: there are no metrics. */
  readonly metrics: MetricsDoor | null;
}

/** Answers every HTTP request; nothing that comes in makes it throw. */
export const answerRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
): Promise<void> => {
  try {
    await route(request, response, routes);
  } catch (thrown) {
    if (response.headersSent || response.destroyed) response.destroy();
    else refuse(response, thrown instanceof Refusal ? thrown : new Refusal(500, asColdframeError(thrown)));
  }
};

const route = async (request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> => {
  const { method = '' } = request;
  checkOrigin(request, routes.names, method === 'GET' || method === 'HEAD' ? 'may-be-absent' : 'required');
  const path = pathOf(request);
  if (path === '/session') {
    allow(method, ['GET', 'POST', 'DELETE']);
    await serveSession(request, response, routes);
    return;
  }
  if (path === '/metrics' && routes.metrics !== null) {
    allow(method, ['GET']);
    await serveMetrics(request, response, routes.metrics);
    return;
  }
  const file = routes.files.get(path);
  if (!file) throw malformed(path === '/socket' ? 426 : 404, 'There is nothing at this address.');
  allow(method, ['GET', 'HEAD']);
  sendFile(request, response, file);
};

/** The path as it was sent: names are compared, never decoded, joined or looked up on a disk. */
export const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

const allow = (method: string, methods: readonly string[]): void => {
  if (!methods.includes(method)) throw malformed(405, 'This cannot be done here.', { Allow: methods.join(', ') });
};
