import type { IncomingMessage, ServerResponse } from 'node:http';
import { ColdframeError } from '../../shared/errors.ts';
import { EXPOSITION_TYPE } from '../console/metrics/exposition.ts';
import { countFailure, type Failures } from './failures.ts';
import { Refusal, send } from './responses.ts';
import { type SecretDigest, sameSecret, secretDigest } from './secrets.ts';

/** How scrapers get in: with a token of their own, which opens nothing else. */
export interface MetricsDoor {
  readonly token: SecretDigest;
  readonly failures: Failures;
  /** The text of the metrics. */
  readonly read: () => Promise<string>;
}

/** Answers `GET /metrics` of who shows the token: `Authorization: Bearer TOKEN` (RFC 6750). Refusals: 401, 429. */
export const serveMetrics = async (
  request: IncomingMessage,
  response: ServerResponse,
  door: MetricsDoor,
): Promise<void> => {
  demandToken(request, door);
  const text = await door.read();
  send(response, 200, { 'Content-Type': EXPOSITION_TYPE, 'Content-Length': Buffer.byteLength(text) }, text);
};

const demandToken = ({ headers, socket }: IncomingMessage, { token, failures }: MetricsDoor): void => {
  const [, shown] = /^bearer +([A-Za-z0-9_-]{1,512})$/i.exec(headers.authorization ?? '') ?? [];
  if (shown !== undefined && sameSecret(secretDigest(shown), token)) return;
  countFailure(failures, socket.remoteAddress ?? '');
  throw new Refusal(
    401,
    new ColdframeError('TOKEN_REFUSED', {
      message: 'Metrics are given to who shows their token, and this request shows none or another one.',
      guidance: 'Give the scraper the token in the file of --metrics-token-file as a bearer token.',
    }),
    { 'WWW-Authenticate': 'Bearer realm="coldframe metrics"' },
  );
};

/** Work that many may ask for at a time and that is done once for all of them. */
export const shared = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= work().finally(() => {
      underWay = null;
    });
    return underWay;
  };
};
