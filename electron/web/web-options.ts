import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { ColdframeError } from '../../shared/errors.ts';
import { isErrno, reasonOf } from '../platform/errno.ts';
import { readTokenFile } from './token-file.ts';

/** What a user may say about the web shell. */
export interface WebOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tokenFile?: string;
  /** The token of scrapers: without one there are no metrics. */
  readonly metricsTokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Where and how the web shell is to listen, checked: nothing of it can be refused any more but by the operating system. */
export interface WebPlan {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly metricsToken: string | null;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly certificate: X509Certificate } | null;
}

/** Checks the options and reads the files that they name. Errors: USAGE, WEB_UNPROTECTED, TOKEN_FILE_UNSAFE. */
export const planWeb = (options: WebOptions): WebPlan => {
  const { host = '127.0.0.1', port = 0, tokenFile, metricsTokenFile, tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new ColdframeError('USAGE', {
      message: 'A certificate and its key belong together: one of --tls-cert and --tls-key is missing.',
      guidance: 'Give both, as PEM files.',
    });
  }
  if (!isLoopback(host) && (tlsCert === undefined || tokenFile === undefined)) {
    throw new ColdframeError('WEB_UNPROTECTED', {
      message: `Other machines could reach the console at ${host}, and nothing would protect it there.`,
      guidance:
        'Give --tls-cert, --tls-key and --token-file; or leave --host out and reach it through an SSH tunnel to the same port: ssh -L PORT:127.0.0.1:PORT HOST',
      context: { host },
    });
  }
  const token = tokenFile === undefined ? null : readTokenFile(tokenFile);
  const metricsToken = metricsTokenFile === undefined ? null : readTokenFile(metricsTokenFile);
  if (metricsToken !== null && metricsToken === token) {
    throw new ColdframeError('USAGE', {
      message: 'The token of metrics is the one that opens the console, so whoever scrapes could do everything.',
      guidance: 'Name another file with --metrics-token-file; one that is not there yet is made.',
    });
  }
  return {
    host,
    port,
    tls: tlsCert === undefined || tlsKey === undefined ? null : readTls(tlsCert, tlsKey),
    token,
    metricsToken,
  };
};

/** Whether only this machine can reach an address. A name other than `localhost` may mean anything. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const readTls = (certFile: string, keyFile: string): NonNullable<WebPlan['tls']> => {
  try {
    const cert = readFileSync(certFile);
    const key = readFileSync(keyFile);
    createSecureContext({ cert, key });
    return { cert, key, certificate: new X509Certificate(cert) };
  } catch (cause) {
    throw new ColdframeError('USAGE', {
      message: `${certFile} and ${keyFile} cannot be used as a certificate and its key: ${isErrno(cause, 'ENOENT', 'EACCES', 'EISDIR') ? reasonOf(cause) : 'they are no pair of the two in PEM'}.`,
      guidance: 'Give the certificate chain and the private key that belongs to it, unencrypted, as PEM files.',
      context: { certFile, keyFile },
      cause,
    });
  }
};
