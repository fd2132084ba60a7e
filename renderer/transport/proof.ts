import { PROOF_KEY } from '../../shared/contract/proof.ts';

type Page = Pick<Window, 'localStorage'>;

/** A browser that stores nothing for pages gets through with this until the page is reloaded. */
let unstored: string | null = null;

/** The proof of the session, which another tab may have begun since; null when there is none. */
export const knownProof = (page: Page): string | null => {
  try {
    return page.localStorage.getItem(PROOF_KEY) ?? unstored;
  } catch {
    return unstored;
  }
};

export const keepProof = (page: Page, proof: string): void => {
  try {
    page.localStorage.setItem(PROOF_KEY, proof);
    unstored = null;
  } catch {
    unstored = proof;
  }
};

/** Forgets a proof that is good for nothing any more, but not the one that another tab got meanwhile. */
export const forgetProof = (page: Page, proof: string | null): void => {
  if (unstored === proof) unstored = null;
  try {
    if (page.localStorage.getItem(PROOF_KEY) === proof) page.localStorage.removeItem(PROOF_KEY);
  } catch {
    // What cannot be stored is not there to be removed.
  }
};
