/**
 * The second secret of a browser's session. Cookies know no port: every server on the same host is sent them. What a page
 * stores belongs to its origin, port included, so the page shows this beside the cookie.
 */
export const PROOF_HEADER = 'coldframe-proof';

/** Where a page keeps it: for all its tabs, and over a reload. */
export const PROOF_KEY = 'coldframe.proof';

/**
 * Where a page keeps the seal: the third secret of a session, which the console shows in its greeting and the page never sends. Whoever else comes to
 * listen at the port does not know it, and is told nothing.
 */
export const SEAL_KEY = 'coldframe.seal';

/** What the WebSocket speaks. The console answers this one, so that the secret is not sent back. */
export const SOCKET_PROTOCOL = 'coldframe';

/** Before the proof where it is offered as a subprotocol. */
export const PROOF_PREFIX = 'proof.';

/** A page cannot give a WebSocket headers; the subprotocols that it offers are what it can say before there is one. */
export const offeredProtocols = (proof: string | null): string[] =>
  proof === null ? [SOCKET_PROTOCOL] : [SOCKET_PROTOCOL, `${PROOF_PREFIX}${proof}`];

/** The proof in a `Sec-WebSocket-Protocol` header. */
export const proofIn = (header: string | undefined): string | undefined =>
  (header ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(PROOF_PREFIX))
    ?.slice(PROOF_PREFIX.length);
