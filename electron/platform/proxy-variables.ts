/** The proxy for an address as the variables of the environment name it. */
export interface ProxyVariables {
  /** The variable that counts. */
  readonly name: string;
  /** What it says: it may hold a password. */
  readonly value: string;
  /** What an agent of `node:http` or `node:https` takes as `proxyEnv`. It goes by NO_PROXY, too. */
  readonly env: Readonly<Record<string, string>>;
}

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'http:': ['http_proxy', 'HTTP_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY'],
};

/** Whether an address is one of this machine: what a proxy takes for itself is another one. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname);

/** The variables that say through which proxy an address is reached; null where none does, and for this machine itself. */
export const proxyVariables = (
  { protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ProxyVariables | null => {
  if (isLoopback(hostname)) return null;
  const name = NAMES[protocol]?.find((each) => (env[each] ?? '') !== '');
  if (name === undefined) return null;
  const value = env[name] ?? '';
  const direct = env.no_proxy ?? env.NO_PROXY;
  return { name, value, env: { [name]: value, ...(direct === undefined ? {} : { no_proxy: direct }) } };
};

/** Whether the agents of that Node take `proxyEnv`: older ones go past every proxy without a word. */
export const agentsKnowProxies = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
};
