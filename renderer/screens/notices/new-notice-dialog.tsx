import { useState } from 'react';
import { NOTICE_KINDS, WEBHOOK_FORMATS } from '../../../shared/model/notice.ts';
import { DialogForm, Pair } from '../../components/dialog-form.tsx';
import { Field, Segments } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { noticesWords as words } from '../../words/notices.ts';
import { words as common } from '../../words/words.ts';
import { NEW_NOTICE, type NoticeField, type NoticeForm, noticeProblems, noticeRequest } from './notice-form.ts';

interface PartProps {
  readonly wish: NoticeForm;
  readonly edit: (part: Partial<NoticeForm>) => void;
  readonly say: (field: NoticeField) => string | null;
}

const MailFields = ({ wish, edit, say }: PartProps) => (
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
        help={wish.user === '' ? undefined : words.secretHelp}
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

const WebhookFields = ({ wish, edit, say }: PartProps) => (
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
      help={words.secretHelp}
    />
    <Field
      label={words.signingKey}
      type="password"
      value={wish.signingKey}
      onChange={(signingKey) => edit({ signingKey })}
      error={say('signingKey')}
      help={words.signingKeyHelp}
    />
  </>
);

/** A new way to be told. */
export const NewNoticeDialog = ({ close }: { close: () => void }) => {
  const [wish, setWish] = useState<NoticeForm>(NEW_NOTICE);
  const form = useSubmission();
  const problems = noticeProblems(wish);
  const say = (field: NoticeField) => (form.tried && problems.includes(field) ? words.problems[field] : null);
  const edit = (part: Partial<NoticeForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const add = () =>
    form.submit(problems.length === 0, async () => {
      const { input, secret, signingKey } = noticeRequest(wish);
      const key = signingKey === undefined ? {} : { signingKey };
      await change('notice.add', input, secret === null ? {} : { secrets: { notice: secret, ...key } });
      announce(words.added(wish.name), 'good');
      close();
    });
  const parts = { wish, edit, say };
  return (
    <DialogForm
      title={words.newTitle}
      close={close}
      submit={add}
      action={words.create}
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
      <Segments
        label={words.kind}
        value={wish.kind}
        onChange={(kind) => edit({ kind })}
        choices={NOTICE_KINDS.map((kind) => ({ value: kind, title: words.kinds[kind] }))}
      />
      <p className="quiet">{words.kindsAbout[wish.kind]}</p>
      {wish.kind === 'email' && <MailFields {...parts} />}
      {wish.kind === 'webhook' && <WebhookFields {...parts} />}
      {wish.kind === 'folder' && (
        <Field
          label={words.folder}
          value={wish.folder}
          onChange={(folder) => edit({ folder })}
          error={say('folder')}
          mono
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
