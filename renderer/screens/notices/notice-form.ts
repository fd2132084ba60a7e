import type { InputOf } from '../../../shared/contract/contract.ts';
import type { NoticeTarget, NoticeView } from '../../../shared/contract/notices.ts';
import type { NoticeKind, WebhookFormat } from '../../../shared/model/notice.ts';

export interface NoticeForm {
  readonly name: string;
  readonly kind: NoticeKind;
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly caFile: string;
  readonly from: string;
  readonly to: string;
  readonly format: WebhookFormat;
  readonly url: string;
  readonly signingKey: string;
  /** What it is sent goes on to be signed with the key that is kept. */
  readonly signed: boolean;
  readonly command: string;
  readonly folder: string;
}

export type NoticeField =
  | 'name'
  | 'server'
  | 'caFile'
  | 'from'
  | 'to'
  | 'url'
  | 'signingKey'
  | 'command'
  | 'folder'
  | 'password';

export const NEW_NOTICE: NoticeForm = {
  name: '',
  kind: 'email',
  server: '',
  user: '',
  password: '',
  caFile: '',
  from: '',
  to: '',
  format: 'slack',
  url: '',
  signingKey: '',
  signed: false,
  command: '',
  folder: '',
};

/** What stands in the form of a notice that is there: all but what is secret. */
export const noticeFormOf = ({ name }: Pick<NoticeView, 'name'>, target: NoticeTarget): NoticeForm => {
  const form = { ...NEW_NOTICE, name, kind: target.kind };
  switch (target.kind) {
    case 'desktop':
      return form;
    case 'folder':
      return { ...form, folder: target.folder };
    case 'command':
      return { ...form, command: target.command };
    case 'webhook':
      return { ...form, format: target.format, signed: target.signed === true };
    case 'email': {
      const { server, user = '', caFile = '', from, to } = target;
      return { ...form, server, user, caFile, from, to: to.join(', ') };
    }
  }
};

const addresses = (text: string): string[] => text.split(/[\s,;]+/).filter((address) => address !== '');

/** None is no signature. The console looks at it more closely. */
const isKey = (text: string): boolean =>
  text === '' || (text.startsWith('whsec_') ? /^whsec_[A-Za-z0-9+/]{22,}={0,2}$/.test(text) : text.length >= 16);

/** Whether the password that is kept is of this server and user; of what is new none is. */
const keepsPassword = ({ server, user }: NoticeForm, was: NoticeTarget | null): boolean =>
  was?.kind === 'email' && user !== '' && was.user === user && was.server === server.trim();

/** The fields that cannot stay as they are. `was`: what the notice is now; null of a new one. */
export const noticeProblems = (form: NoticeForm, was: NoticeTarget | null = null): readonly NoticeField[] => {
  const wrong: Readonly<Record<NoticeField, boolean>> = {
    name: !/^[^@/\s][^@/]*$/.test(form.name),
    server: form.kind === 'email' && !/^smtps?:\/\/[^\s/]+$/i.test(form.server.trim()),
    caFile: form.kind === 'email' && !/^(|\/.*|[a-z]:.*)$/i.test(form.caFile.trim()),
    from: form.kind === 'email' && !form.from.includes('@'),
    to: form.kind === 'email' && addresses(form.to).length === 0,
    password:
      form.kind === 'email' &&
      (form.user === '') !== (form.password === '') &&
      !(form.password === '' && keepsPassword(form, was)),
    url:
      form.kind === 'webhook' &&
      !(was !== null && form.url.trim() === '') &&
      !/^https?:\/\/[^\s]+$/i.test(form.url.trim()),
    signingKey: form.kind === 'webhook' && !isKey(form.signingKey.trim()),
    folder: form.kind === 'folder' && !/^(\/.*|[a-z]:.*)$/i.test(form.folder.trim()),
    command: form.kind === 'command' && form.command.trim() === '',
  };
  return (Object.keys(wrong) as NoticeField[]).filter((field) => wrong[field]);
};

/** What is asked of the console, and what is secret in it. */
export const noticeRequest = (
  form: NoticeForm,
): { readonly input: InputOf<'notice.add'>; readonly secret: string | null; readonly signingKey?: string } => {
  const { name, kind } = form;
  switch (kind) {
    case 'desktop':
      return { input: { name, target: { kind } }, secret: null };
    case 'folder':
      return { input: { name, target: { kind, folder: form.folder.trim() } }, secret: null };
    case 'command':
      return { input: { name, target: { kind, command: form.command } }, secret: null };
    case 'webhook': {
      const signingKey = form.signingKey.trim();
      const target = { kind, format: form.format, ...(signingKey !== '' || form.signed ? { signed: true } : {}) };
      const secret = form.url.trim();
      return {
        input: { name, target },
        secret: secret === '' ? null : secret,
        ...(signingKey === '' ? {} : { signingKey }),
      };
    }
    case 'email': {
      const user = form.user === '' ? {} : { user: form.user };
      const signs = form.caFile.trim() === '' ? {} : { caFile: form.caFile.trim() };
      const target = {
        kind,
        server: form.server.trim(),
        from: form.from.trim(),
        to: addresses(form.to),
        ...user,
        ...signs,
      };
      return { input: { name, target }, secret: form.user === '' || form.password === '' ? null : form.password };
    }
  }
};
