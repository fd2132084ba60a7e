import { PROOF_KEY, SEAL_KEY } from '../../shared/contract/proof.ts';

type Page = Pick<Window, 'localStorage'>;

/** What a page knows of its session, which another tab may have begun since; both null when there is none. */
interface Kept {
  readonly proof: string | null;
  readonly seal: string | null;
}

const NOTHING: Kept = { proof: null, seal: null };

/** A browser that stores nothing for pages gets through with this until the page is reloaded. */
let unstored = NOTHING;

export const knownSession = (page: Page): Kept => {
  try {
    const proof = page.localStorage.getItem(PROOF_KEY);
    return proof === null ? unstored : { proof, seal: page.localStorage.getItem(SEAL_KEY) };
  } catch {
    return unstored;
  }
};

export const keepSession = (page: Page, kept: { readonly proof: string; readonly seal: string }): void => {
  try {
    page.localStorage.setItem(SEAL_KEY, kept.seal);
    page.localStorage.setItem(PROOF_KEY, kept.proof);
    unstored = NOTHING;
  } catch {
    unstored = kept;
  }
};

/** Forgets a session that is over, but not the one that another tab got meanwhile. */
export const forgetSession = (page: Page, { proof }: Pick<Kept, 'proof'>): void => {
  if (unstored.proof === proof) unstored = NOTHING;
  try {
    if (page.localStorage.getItem(PROOF_KEY) !== proof) return;
    page.localStorage.removeItem(PROOF_KEY);
    page.localStorage.removeItem(SEAL_KEY);
  } catch {
    // What cannot be stored is not there to be removed.
  }
};
