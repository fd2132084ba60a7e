import { useState } from 'react';
import type { NoticeView } from '../../../shared/contract/notices.ts';
import { NOTICE_KINDS, WEBHOOK_FORMATS } from '../../../shared/model/notice.ts';
import { DialogForm, Pair } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { noticesWords as words } from '../../words/notices.ts';
import { words as common } from '../../words/words.ts';
import {
  NEW_NOTICE,
  type NoticeField,
  type NoticeForm,
  noticeFormOf,
  noticeProblems,
  noticeRequest,
} from './notice-form.ts';

interface PartProps {
  readonly wish: NoticeForm;
  readonly edit: (part: Partial<NoticeForm>) => void;
  readonly say: (field: NoticeField) => string | null;
  /** Secrets of it are kept already. */
  readonly known: boolean;
}

const MailFields = ({ wish, edit, say, known }: PartProps) => (
  <>
    <Field
      label={words.server}
      value={wish.server}
      onChange={(server) => edit({ server })}
      error={say('server')}
      help={words.serverHelp}
      mono
    />
    <Pair>
      <Field label={words.user} value={wish.user} onChange={(user) => edit({ user })} />
      <Field
        label={words.password}
        type="password"
        value={wish.password}
        onChange={(password) => edit({ password })}
        error={say('password')}
        help={wish.user === '' ? undefined : known ? words.passwordKept : words.secretHelp}
      />
    </Pair>
    <Field
      label={words.caFile}
      value={wish.caFile}
      onChange={(caFile) => edit({ caFile })}
      error={say('caFile')}
      help={words.caFileHelp}
      mono
    />
    <Pair>
      <Field label={words.from} value={wish.from} onChange={(from) => edit({ from })} error={say('from')} />
      <Field label={words.to} value={wish.to} onChange={(to) => edit({ to })} error={say('to')} help={words.toHelp} />
    </Pair>
  </>
);

const WebhookFields = ({ wish, edit, say, known }: PartProps) => (
  <>
    <Select
      label={words.format}
      value={wish.format}
      onChange={(format) => edit({ format })}
      options={WEBHOOK_FORMATS.map((format) => ({ value: format, title: words.formats[format] }))}
    />
    <Field
      label={words.url}
      type="password"
      value={wish.url}
      onChange={(url) => edit({ url })}
      error={say('url')}
      help={known ? words.urlKept : words.secretHelp}
    />
    {known && (
      <Tick checked={wish.signed} onChange={(signed) => edit({ signed })}>
        {words.signed}
      </Tick>
    )}
    <Field
      label={words.signingKey}
      type="password"
      value={wish.signingKey}
      onChange={(signingKey) => edit({ signingKey })}
      error={say('signingKey')}
      help={known && wish.signed ? words.keyKept : words.signingKeyHelp}
    />
  </>
);

/** A new way to be told, or another course for one that is there. */
export const NoticeDialog = ({ notice = null, close }: { notice?: NoticeView | null; close: () => void }) => {
  const was = notice?.target ?? null;
  const [wish, setWish] = useState<NoticeForm>(
    notice === null || was === null ? NEW_NOTICE : noticeFormOf(notice, was),
  );
  const form = useSubmission();
  const problems = noticeProblems(wish, was);
  const say = (field: NoticeField) => (form.tried && problems.includes(field) ? words.problems[field] : null);
  const edit = (part: Partial<NoticeForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const save = () =>
    form.submit(problems.length === 0, async () => {
      const { input, secret, signingKey } = noticeRequest(wish);
      const secrets = {
        ...(secret === null ? {} : { notice: secret }),
        ...(signingKey === undefined ? {} : { signingKey }),
      };
      if (notice === null) await change('notice.add', input, { secrets });
      else await change('notice.change', { notice: notice.name, ...input }, { secrets });
      announce((notice === null ? words.added : words.changed)(wish.name), 'good');
      close();
    });
  const parts = { wish, edit, say, known: notice !== null };
  return (
    <DialogForm
      title={notice === null ? words.newTitle : words.changeTitle(notice.name)}
      close={close}
      submit={save}
      action={notice === null ? words.create : words.save}
      working={form.working && common.loading}
      error={form.error}
      wide
    >
      <Field
        label={words.name}
        value={wish.name}
        onChange={(name) => edit({ name })}
        error={say('name')}
        help={words.nameHelp}
        autoFocus
      />
      {notice === null && (
        <Segments
          label={words.kind}
          value={wish.kind}
          onChange={(kind) => edit({ kind })}
          choices={NOTICE_KINDS.map((kind) => ({ value: kind, title: words.kinds[kind] }))}
        />
      )}
      <p className="quiet">{words.kindsAbout[wish.kind]}</p>
      {wish.kind === 'email' && <MailFields {...parts} />}
      {wish.kind === 'webhook' && <WebhookFields {...parts} />}
      {wish.kind === 'folder' && (
        <FolderField
          label={words.folder}
          value={wish.folder}
          onChange={(folder) => edit({ folder })}
          error={say('folder')}
        />
      )}
      {wish.kind === 'command' && (
        <Field
          label={words.command}
          value={wish.command}
          onChange={(command) => edit({ command })}
          error={say('command')}
          help={words.commandHelp}
          mono
        />
      )}
    </DialogForm>
  );
};
