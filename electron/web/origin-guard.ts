import type { IncomingMessage } from 'node:http';
import { ColdframeError } from '../../shared/errors.ts';
import type { OwnNames } from './own-names.ts';
import { malformed, Refusal } from './responses.ts';

/** Whether a request has to say which page it comes from: what changes something, and every WebSocket, has to. */
export type OriginDemand = 'may-be-absent' | 'required';

/**
 * Lets a request pass that was addressed to this console by one of its names and comes from its own page or from no
 * page. Refusal 400 for several names, 421 for another one, 403 for another origin.
 */
export const checkOrigin = (request: IncomingMessage, names: OwnNames, demand: OriginDemand): void => {
  const { headers } = request;
  // Node keeps the first of several; a proxy before the console may go by the last (RFC 9112, section 3.2).
  if ((request.headersDistinct.host?.length ?? 0) > 1) throw malformed(400, 'The request names more than one host.');
  const own = names.originOf(headers.host);
  if (own === null) {
    throw new Refusal(
      421,
      new ColdframeError('ORIGIN_REFUSED', {
        message: 'This console does not answer to the name or port in this address.',
        guidance: `Open it at ${names.origin}, through a tunnel with the same port at this end; with TLS, under a name in its certificate.`,
      }),
    );
  }
  const { origin } = headers;
  if (origin === undefined && demand === 'may-be-absent') return;
  if (origin === own) return;
  throw new Refusal(
    403,
    new ColdframeError('ORIGIN_REFUSED', {
      message: 'The request comes from a page that is not this console’s.',
      guidance: 'Open the console in a tab of its own.',
    }),
  );
};
