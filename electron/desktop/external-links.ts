/** What of the web a page may send a person to, in their own browser. */
const ALLOWED = [{ host: 'www.apache.org', path: '/licenses/' }];

/** Whether an address may be handed to the system's browser: https alone, to a place of the list, with nothing hidden in it. */
export const mayOpenOutside = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, host, pathname, username, password } = new URL(address);
  if (protocol !== 'https:' || username !== '' || password !== '') return false;
  return ALLOWED.some((place) => host === place.host && pathname.startsWith(place.path));
};
