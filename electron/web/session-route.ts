import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { PROOF_HEADER } from '../../shared/contract/proof.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { countFailure, type Failures } from './failures.ts';
import type { LinkTokens } from './link-tokens.ts';
import { JSON_TYPE, malformed, Refusal, send } from './responses.ts';
import type { Begun, Session, Sessions } from './sessions.ts';

/** Longest body of a request: a token and what is around it. */
const LONGEST_BODY = 4096;

const signIn = z.strictObject({ token: z.string().min(1).max(512) });

export interface Doorkeepers {
  readonly tokens: LinkTokens;
  readonly sessions: Sessions;
  readonly failures: Failures;
}

/**
 * `POST` exchanges a token for a session and answers its proof and seal; `GET` asks whether there is one, `DELETE` ends it, and both
 * answer 204 without a body.
 */
export const serveSession = async (
  request: IncomingMessage,
  response: ServerResponse,
  doorkeepers: Doorkeepers,
): Promise<void> => {
  if (request.method === 'POST') {
    const { cookie, proof, seal } = exchange(await bodyOf(request), request.socket.remoteAddress ?? '', doorkeepers);
    const body = JSON.stringify({ proof, seal });
    send(
      response,
      200,
      { 'Set-Cookie': cookie, 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body) },
      body,
    );
    return;
  }
  const proof = request.headers[PROOF_HEADER];
  const session = demandSession(request, doorkeepers.sessions, typeof proof === 'string' ? proof : undefined);
  send(response, 204, request.method === 'DELETE' ? { 'Set-Cookie': doorkeepers.sessions.end(session) } : {});
};

/** The session of a request. Refusal 401 when it has none. */
export const demandSession = ({ headers }: IncomingMessage, sessions: Sessions, proof: string | undefined): Session => {
  const session = sessions.find(headers.cookie, proof);
  if (session) return session;
  throw new Refusal(
    401,
    new ColdframeError('SIGNED_OUT', {
      message: 'This browser has no session with the console, or no longer.',
      guidance: 'Get a fresh link with: coldframe open, or by pressing Enter where the console was started.',
    }),
  );
};

const exchange = (body: Buffer, address: string, { tokens, sessions, failures }: Doorkeepers): Begun => {
  const { success, data } = signIn.safeParse(parsed(body));
  if (!success) throw malformed(400, 'The body is not {"token": …}.');
  // First of all: whoever else fails from the same address must not keep out who has the right one.
  if (tokens.redeem(data.token)) return sessions.begin();
  countFailure(failures, address);
  throw new Refusal(
    401,
    new ColdframeError('LINK_INVALID', {
      message: 'This link was used already, has expired, or belongs to a console that has ended.',
      guidance: 'Get a fresh one with: coldframe open, or by pressing Enter where the console was started.',
    }),
  );
};

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed(400, 'The body is not JSON.');
  }
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw malformed(415, 'The body has to be application/json.');
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > LONGEST_BODY) throw malformed(413, 'The body is too long.', { Connection: 'close' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
