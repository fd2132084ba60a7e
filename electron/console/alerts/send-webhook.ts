import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { NOTICE_ATTEMPT_MS, type WebhookFormat } from '../../../shared/model/notice.ts';
import { agentsKnowProxies, type ProxyVariables, proxyVariables } from '../../platform/proxy-variables.ts';
import { bodyFor, type Message } from './message.ts';
import { signatureHeaders } from './sign-webhook.ts';
import { saysNothingOf } from './without-address.ts';

/** What of an answer that says no goes into the error, bytes. */
const MOST_SAID = 2048;
const MOST_SHOWN = 200;
/** How long a proxy may take to say whether it lets through: its connection is not the request's yet, which its end does not end. */
const PROXY_MS = NOTICE_ATTEMPT_MS - 5000;

/**
 * Posts a notice. Whatever answers is not trusted: redirects are not followed, as they could lead the notice and its secret elsewhere, and no more
 * is read of an answer than is shown. With a `key` it is signed. It goes through the proxy that the environment names (HTTP_PROXY, HTTPS_PROXY, NO_PROXY). Rejects with an Error whose message holds nothing of the address but its host.
 */
export const sendWebhook = async (
  url: string,
  format: WebhookFormat,
  message: Message,
  signal: AbortSignal,
  key: Buffer | null = null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> => {
  const address = new URL(url);
  const proxy = proxyVariables(address, env);
  const agent = agentFor(address, proxy);
  const body = Buffer.from(JSON.stringify(bodyFor(format, message)));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'user-agent': 'Coldframe',
    'idempotency-key': message.id,
    ...(key === null ? {} : signatureHeaders(key, message.id, Date.now(), body)),
  };
  const fails = (error: NodeJS.ErrnoException) => new Error(reasonOf(error, address.host, proxy));
  const ended = Promise.withResolvers<never>();
  // While a proxy is silent the request has no connection, and its signal ends nothing that would say so.
  const end = () => ended.reject(fails(signal.reason as Error));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let answer: IncomingMessage | null = null;
  try {
    const answering = new Promise<IncomingMessage>((done, fail) => {
      const post = address.protocol === 'https:' ? secureRequest : request;
      const sent = post(address, { method: 'POST', headers, agent, signal, maxHeaderSize: 16 * 1024 });
      sent.once('response', done);
      sent.on('error', (error) => fail(fails(error)));
      sent.end(body);
    });
    answer = await Promise.race([answering, ended.promise]);
    answer.on('error', () => undefined);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 400)
      throw new Error(`${address.host} answered with a redirect (${status}); notices go to the address itself only`);
    throw new Error(`${address.host} answered ${status}${await said(answer, address)}`);
  } finally {
    signal.removeEventListener('abort', end);
    answer?.destroy();
    if (agent !== false) agent.destroy();
  }
};

/** Nothing of the proxy but the name of its variable gets into an error: it may hold a password. */
const agentFor = ({ protocol }: URL, proxy: ProxyVariables | null): Agent | false => {
  if (proxy === null) return false;
  const { node } = process.versions;
  if (!agentsKnowProxies(node))
    throw new Error(
      `${proxy.name} is set, and Node ${node} cannot go through a proxy: take Node 24.5 or later, or start the console without ${proxy.name}`,
    );
  try {
    // One of another kind, such as SOCKS, would be passed over without a word.
    if (!/^https?:$/.test(new URL(proxy.value).protocol)) throw new Error('no HTTP proxy');
  } catch {
    throw new Error(`${proxy.name} names no proxy that speaks HTTP, such as http://proxy.example:3128`);
  }
  const options = { proxyEnv: proxy.env, timeout: PROXY_MS };
  return protocol === 'https:' ? new SecureAgent(options) : new Agent(options);
};

const reasonOf = (error: NodeJS.ErrnoException, host: string, proxy: ProxyVariables | null): string => {
  const through = proxy === null ? '' : ` (${proxy.name} is set)`;
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `${host} did not answer in time${through}`
    : `${host} could not be reached: ${error.code ?? (proxy === null ? error.message : 'the proxy refused')}${through}`;
};

/** The beginning of an answer, as far as it comes before the time is up; nothing where it repeats some of the address, which is a secret. */
const said = async (answer: IncomingMessage, address: URL): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part.subarray(0, MOST_SAID - length));
      length += part.length;
      if (length >= MOST_SAID) break;
    }
  } catch {
    // What came until then says enough.
  }
  const text = Buffer.concat(parts)
    .toString('utf8')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  return text === '' || !saysNothingOf(address, text) ? '' : `: ${text.slice(0, MOST_SHOWN)}`;
};
