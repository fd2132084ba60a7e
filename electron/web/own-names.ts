import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { ColdframeError } from '../../shared/errors.ts';
import type { WebPlan } from './web-options.ts';

/** Under which names a console is reached. Whatever else a browser calls it was made up by someone (DNS rebinding). */
export interface OwnNames {
  /** Where a link begins: `http://127.0.0.1:4711`. */
  readonly origin: string;
  /** The origin that a Host header stands for; null when it is not one of this console. */
  originOf(host: string | undefined): string | null;
}

/** Names of a console on loopback: those of the loopback interface, with its very port. */
const loopbackNames = (host: string, port: number): OwnNames => {
  const suffix = port === 80 ? '' : `:${port}`;
  const names = new Set([host, '127.0.0.1', 'localhost', '::1'].map((name) => bracketed(name) + suffix));
  return {
    origin: `http://${bracketed(host)}${suffix}`,
    originOf: (asked) => (asked !== undefined && names.has(asked) ? `http://${asked}` : null),
  };
};

/** Names of a console with TLS: those that its certificate covers, with its very port. */
const certifiedNames = (host: string, port: number, { certificate }: NonNullable<WebPlan['tls']>): OwnNames => {
  const suffix = port === 443 ? '' : `:${port}`;
  const covers = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
  const candidates = [host, ...namesIn(certificate.subjectAltName), hostname(), 'localhost'];
  const name = candidates.find((candidate) => !isAnyAddress(candidate) && covers(candidate));
  if (name === undefined) throw namesNobody();
  return {
    origin: `https://${bracketed(name)}${suffix}`,
    originOf: (asked) => {
      if (asked === undefined || !asked.endsWith(suffix)) return null;
      const [, inBrackets, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))$/.exec(withoutSuffix(asked, suffix)) ?? [];
      const found = inBrackets ?? plain;
      return found !== undefined && covers(found) ? `https://${asked}` : null;
    },
  };
};

export const ownNames = ({ host, tls }: WebPlan, port: number): OwnNames =>
  tls ? certifiedNames(host, port, tls) : loopbackNames(host, port);

const withoutSuffix = (text: string, suffix: string): string => text.slice(0, text.length - suffix.length);

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

const isAnyAddress = (name: string): boolean => name === '0.0.0.0' || name === '::';

/** The names and addresses in a certificate that are no patterns. */
const namesIn = (subjectAltName: string | undefined): string[] =>
  (subjectAltName ?? '')
    .split(', ')
    .map((entry) => /^(?:DNS|IP Address):([^*"]+)$/.exec(entry)?.[1] ?? '')
    .filter((name) => name !== '');

const namesNobody = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'The certificate names neither this machine nor the address to listen on.',
    guidance: 'Use a certificate with the name that browsers reach this machine by as a subject alternative name.',
  });
