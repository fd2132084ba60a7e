import * as z from 'zod';
import { errorData } from '../../shared/contract/error-data.ts';
import { transportWords } from '../words/transport.ts';

/** Why a server let nobody in. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly guidance: string;
}

/** The one-time token that the address carries behind `#`, where no server and no log sees it. */
export const tokenIn = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('token');

/**
 * Exchanges the token of the address for a cookie, and takes it out of the address; without a token the cookie of an earlier
 * visit has to do. Answers null when the server let us in, else what it says. A server that cannot be reached lets us in: the
 * connection says so better.
 */
export const openSession = async (page: Window): Promise<Refused | null> => {
  const token = tokenIn(page.location.hash);
  if (token !== null) page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}`);
  const request: RequestInit =
    token === null
      ? { credentials: 'same-origin' }
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token }),
          credentials: 'same-origin',
        };
  try {
    const answer = await page.fetch('/session', request);
    return answer.ok ? null : await refusalOf(answer);
  } catch {
    return null;
  }
};

const refusal = z.object({ error: errorData });

const refusalOf = async (answer: Response): Promise<Refused> => {
  const parsed = refusal.safeParse(await answer.json().catch(() => null));
  return parsed.success ? parsed.data.error : transportWords.refused;
};
