import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../../shared/browser-policy.ts';
import { ColdframeError } from '../../shared/errors.ts';

/** A request that is not answered as it was asked: the status and what the caller is told. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: ColdframeError;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, error: ColdframeError, headers: OutgoingHttpHeaders = {}) {
    super(error.message);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

/** A request that no browser with our page would send. */
export const malformed = (status: number, message: string, headers: OutgoingHttpHeaders = {}): Refusal =>
  new Refusal(status, new ColdframeError('USAGE', { message, guidance: 'Reload the page.' }), headers);

export const send = (
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  content?: Buffer | string,
): void => {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Cache-Control': 'no-store', ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : content);
};

/** The document that a refusal answers with. */
export const refusalBody = ({ error }: Refusal): string => {
  const { code, kind, message, guidance, context } = error.toData();
  return `${JSON.stringify({ error: { code, kind, message, guidance, context } })}\n`;
};

export const refuse = (response: ServerResponse, refusal: Refusal): void => {
  const body = refusalBody(refusal);
  send(
    response,
    refusal.status,
    { ...refusal.headers, 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body) },
    body,
  );
};

export const JSON_TYPE = 'application/json; charset=utf-8';
