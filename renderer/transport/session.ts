import * as z from 'zod';
import { errorData } from '../../shared/contract/error-data.ts';
import { PROOF_HEADER } from '../../shared/contract/proof.ts';
import { transportWords } from '../words/transport.ts';
import { forgetSession, keepSession, knownSession } from './proof.ts';

/** Why a server let nobody in. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly guidance: string;
}

/** The one-time token that the address carries behind `#`, where no server and no log sees it. */
export const tokenIn = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('token');

type Page = Pick<Window, 'location' | 'history' | 'fetch' | 'localStorage'>;

/**
 * Exchanges the token of the address for a cookie and a proof, and takes it out of the address; without a token those of an
 * earlier visit have to do. Answers null when the server let us in, else what it says. A server that cannot be reached lets
 * us in: the connection says so better.
 */
export const openSession = async (page: Page): Promise<Refused | null> => {
  const token = tokenIn(page.location.hash);
  if (token !== null) page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}`);
  try {
    return await (token === null ? resume(page) : begin(page, token));
  } catch {
    return null;
  }
};

const begun = z.object({ proof: z.string(), seal: z.string() });

const begin = async (page: Page, token: string): Promise<Refused | null> => {
  const answer = await page.fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    credentials: 'same-origin',
  });
  if (!answer.ok) return refusalOf(answer);
  const parsed = begun.safeParse(await answer.json().catch(() => null));
  if (!parsed.success) return transportWords.refused;
  keepSession(page, parsed.data);
  return null;
};

const resume = async (page: Page): Promise<Refused | null> => {
  const kept = knownSession(page);
  const { proof } = kept;
  const headers: Record<string, string> = proof === null ? {} : { [PROOF_HEADER]: proof };
  const answer = await page.fetch('/session', { headers, credentials: 'same-origin' });
  if (answer.ok) return null;
  if (answer.status === 401) forgetSession(page, kept);
  return refusalOf(answer);
};

const refusal = z.object({ error: errorData });

const refusalOf = async (answer: Response): Promise<Refused> => {
  const parsed = refusal.safeParse(await answer.json().catch(() => null));
  return parsed.success ? parsed.data.error : transportWords.refused;
};
