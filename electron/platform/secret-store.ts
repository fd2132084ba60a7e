import { spawn } from 'node:child_process';

/** Where an operating system keeps secrets for a user, unlocked as he signs in. */
export interface SecretStore {
  /** As people know it. */
  readonly name: string;
  /** Null when it holds none under that key. Rejects with an Error that says why it cannot be asked. */
  get(key: string): Promise<string | null>;
  /** `label` is what its own tools show. */
  put(key: string, secret: string, label: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** How long a store may take, milliseconds: one that is locked asks whoever is there. */
const PATIENCE_MS = 20_000;
const MOST_SAID = 300;

/** The store of this session, through `secret-tool` of libsecret; null where there is no session that could have one. */
export const secretStore = (
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): SecretStore | null =>
  platform === 'linux' && (env.DBUS_SESSION_BUS_ADDRESS ?? '') !== '' ? secretService(PATIENCE_MS) : null;

/** The Secret Service of the session (freedesktop.org), which gnome-keyring, KeePassXC and KWallet offer. */
const secretService = (patienceMs: number): SecretStore => {
  const attributes = (key: string): string[] => ['application', 'coldframe', 'secret', key];
  return {
    name: 'the secret store of the session (Secret Service)',
    get: async (key) => {
      const { status, output, said } = await secretTool(['lookup', ...attributes(key)], null, patienceMs);
      if (status === 0) return output;
      // That it holds none it says with its status alone.
      if (status === 1 && said === '') return null;
      throw new Error(`secret-tool: ${said === '' ? `status ${status}` : said}`);
    },
    put: async (key, secret, label) => {
      const { status, said } = await secretTool(['store', '--label', label, ...attributes(key)], secret, patienceMs);
      if (status !== 0) throw new Error(`secret-tool: ${said === '' ? `status ${status}` : said}`);
    },
    remove: async (key) => {
      const { status, said } = await secretTool(['clear', ...attributes(key)], null, patienceMs);
      if (status !== 0 && said !== '') throw new Error(`secret-tool: ${said}`);
    },
  };
};

/** Runs it; the secret goes through a pipe, where no list of processes shows it. Rejects when it cannot be run, or takes too long. */
const secretTool = async (
  args: readonly string[],
  input: string | null,
  patienceMs: number,
): Promise<{ readonly status: number; readonly output: string; readonly said: string }> => {
  const child = spawn('secret-tool', args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  const output: Buffer[] = [];
  let said = '';
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => {
    if (said.length < MOST_SAID) said += data.toString('utf8');
  });
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', (error) => fail(isMissing(error) ? new Error('secret-tool is not installed') : error));
    child.once('close', done);
  });
  if (status === null) throw new Error('secret-tool did not answer: the store may be locked');
  const words = said.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return { status, output: Buffer.concat(output).toString('utf8'), said: words.slice(0, MOST_SAID) };
};

const isMissing = (error: Error): boolean => 'code' in error && error.code === 'ENOENT';
