/** The one-time token that the address carries behind `#`, where no server and no log sees it. */
export const tokenIn = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('token');

/**
 * Exchanges the token of the address for a cookie, and takes it out of the address. Answers whether the server let us
 * in; without a token the cookie of an earlier visit has to do.
 */
export const openSession = async (page: Window): Promise<boolean> => {
  const token = tokenIn(page.location.hash);
  if (token === null) return true;
  page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}`);
  const answer = await page.fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    credentials: 'same-origin',
  });
  return answer.ok;
};
