import { X509Certificate } from 'node:crypto';
import type { NoticeTarget } from '../../../shared/contract/notices.ts';
import { NotARegularFile, readRegularLater } from '../../platform/regular-file.ts';
import { headlineOf, type Message, textOf } from './message.ts';
import type { ReportFile } from './report-files.ts';
import { saysNothingOfPassword } from './without-address.ts';

type MailTarget = Extract<NoticeTarget, { kind: 'email' }>;

/** The part of an address that says where the mail server is. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** Encrypted from the start. */
  readonly secure: boolean;
}

/** What a server says is shown so far, characters. */
const MOST_SHOWN = 300;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** Reads `smtp://host:port` or `smtps://host:port`; null when it is neither. */
export const mailServerOf = (server: string): MailServer | null => {
  const parts = /^(smtps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?\/?$/i.exec(server);
  if (parts === null) return null;
  const [, scheme = '', host = '', port] = parts;
  const secure = scheme.toLowerCase() === 'smtps';
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port ?? (secure ? 465 : 587)), secure };
};

/** Reads the certificates that sign that of a mail server. Rejects with an Error when the file has none. */
export const readAuthority = async (file: string): Promise<string> => {
  const pem = await readRegularLater(file).catch((error: NodeJS.ErrnoException) => {
    const why = error instanceof NotARegularFile ? error.message : (error.code ?? error.message);
    throw new Error(`${file} cannot be read: ${why}`);
  });
  try {
    new X509Certificate(pem);
    return pem.toString('utf8');
  } catch {
    throw new Error(`${file} has no PEM certificate`);
  }
};

/**
 * Mails a notice over SMTP. What is encrypted goes to a server whose certificate is valid for its name and signed as `caFile` says; with that
 * file nothing goes unencrypted. A password is sent over an encrypted connection only, except on this very machine. Rejects when any of those it is
 * for is refused; whatever answers is not trusted, and nothing that it says of the password gets into the message of that Error.
 */
export const sendMail = async (
  target: MailTarget,
  password: string | null,
  message: Message,
  signal: AbortSignal,
  reports: readonly ReportFile[] = [],
): Promise<void> => {
  const server = mailServerOf(target.server);
  if (server === null) throw new Error(`${target.server} is no mail server`);
  const authority = target.caFile === undefined ? null : await readAuthority(target.caFile);
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...server,
    requireTLS: authority !== null || (target.user !== undefined && !LOOPBACK.test(server.host)),
    ...(authority === null ? {} : { tls: { ca: authority } }),
    ...(target.user === undefined ? {} : { auth: { user: target.user, pass: password ?? '' } }),
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(new Error(`${server.host} did not answer in time`));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const sending = transport.sendMail({
      from: { name: 'Coldframe', address: target.from },
      to: target.to.map((address) => ({ name: '', address })),
      subject: headlineOf(message),
      text: `${textOf(message)}\n${message.again ? '\nThis notice was tried before; it may have arrived already.\n' : ''}`,
      attachments: reports.map(({ name, page }) => ({ filename: name, content: page, contentType: 'text/html' })),
      date: new Date(message.at),
      messageId: `<${message.id}@coldframe.invalid>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    sending.catch(() => undefined);
    const { rejected } = await Promise.race([sending, ended.promise]);
    if (rejected.length > 0) throw new Error(`${server.host} refused ${rejected.join(', ')}`);
  } catch (thrown) {
    throw new Error(reasonOf(thrown, server, target.user ?? '', password ?? ''));
  } finally {
    signal.removeEventListener('abort', end);
    transport.close();
  }
};

/** Why it did not get there, on one line. Where the server repeats some of the password only what kind of answer it was. */
const reasonOf = (thrown: unknown, { host }: MailServer, user: string, password: string): string => {
  const error = thrown instanceof Error ? (thrown as Error & { code?: unknown; responseCode?: unknown }) : null;
  const text = String(error === null ? thrown : error.message);
  if (saysNothingOfPassword(user, password, text))
    return text
      .replaceAll(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, MOST_SHOWN);
  const status = typeof error?.responseCode === 'number' ? ` ${error.responseCode}` : '';
  const about = error?.code === 'EAUTH' ? ' when signing in' : '';
  return `${host} refused it${about}, with an answer${status} that repeats some of the password and is not shown`;
};
