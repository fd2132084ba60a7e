import { createHmac } from 'node:crypto';

/** The fewest bytes of a key. */
const LEAST_BYTES = 16;
const PREFIX = 'whsec_';

/** The bytes of a signing key: of `whsec_BASE64` what that stands for, of any other text its UTF-8. Null when it is too short to be one. */
export const signingKey = (text: string): Buffer | null => {
  const isEncoded = text.startsWith(PREFIX);
  const encoded = text.slice(PREFIX.length);
  if (isEncoded && !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = isEncoded ? Buffer.from(encoded, 'base64') : Buffer.from(text, 'utf8');
  return key.length < LEAST_BYTES ? null : key;
};

/**
 * The headers of a signed webhook (standardwebhooks.com, version 1): HMAC-SHA256 over `ID.TIMESTAMP.BODY`. `at`, milliseconds since 1970, is when this
 * attempt is made, so that a receiver can refuse what was recorded and sent again; the id is the same for each attempt.
 */
export const signatureHeaders = (key: Buffer, id: string, at: number, body: Buffer): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
