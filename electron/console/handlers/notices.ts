import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Secrets } from '../../../shared/contract/calls.ts';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { NoticeTarget, NoticeView } from '../../../shared/contract/notices.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { NOTICE_EVENTS } from '../../../shared/model/notice.ts';
import { randomId } from '../../platform/ids.ts';
import { sendOf } from '../alerts/rules.ts';
import { type Keeping, keysOf } from '../alerts/secrets.ts';
import { mailServerOf, readAuthority } from '../alerts/send-mail.ts';
import { signingKey } from '../alerts/sign-webhook.ts';
import type { NoticeKeys, StoredNotice } from '../store/notice-table.ts';
import { objectNamed } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { isoTime } from './views.ts';

type Names = 'notice.add' | 'notice.change' | 'notice.list' | 'notice.rule' | 'notice.test' | 'notice.remove';

type Warnings = OutputOf<'notice.add'>['warnings'];

/** Serves the procedures on notices. */
export const noticeHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { notices: table } = parts.store;
  const answer = async (name: string) => ({ notice: await noticeView(parts, noticeNamed(parts, name)) });
  return {
    'notice.add': async ({ name, target, secretIn }, { secrets }) => {
      demandKey(target, secrets.signingKey);
      const commit = await preparedNotice(parts, { name, target }, secrets.notice);
      const id = randomId();
      let warnings: Warnings = [];
      try {
        // The secret first: what is listed can be delivered.
        warnings = await keepSecrets(parts, keysOf({ id }), name, secrets, secretIn === 'file');
        commit(id);
      } catch (refused) {
        await parts.noticeSecrets.removeAll(id);
        throw refused;
      }
      return { ...(await answer(name)), warnings };
    },
    'notice.change': async ({ notice: known, name = known, target, secretIn }, { secrets }) => {
      const { id } = noticeNamed(parts, known);
      const demandMayBe = (): StoredNotice => {
        if (table.list().some((each) => each.name === name && each.id !== id)) throw noticeExists(name);
        const now = table.list().find((each) => each.id === id) ?? noticeNamed(parts, known);
        demandChangeable(now, target, secrets);
        return now;
      };
      demandMayBe();
      await demandPlaces(target);
      const fresh = freshKeys(id, secrets);
      const keep = () => keepSecrets(parts, { ...keysOf({ id }), ...fresh }, name, secrets, secretIn === 'file');
      const change = async () => {
        const warned = await keep();
        const before = demandMayBe();
        const { notice = null, signingKey = null } = before.keys ?? {};
        table.change(id, { name, target, keys: { notice, signingKey, ...fresh } });
        return { warned, was: keysOf(before) };
      };
      const { warned: warnings, was } = await change().catch(async (refused: unknown) => {
        // What it had goes on as it was.
        for (const key of Object.values(fresh)) await parts.noticeSecrets.remove(key);
        throw refused;
      });
      const isOver = {
        notice: fresh.notice !== undefined || (target.kind === 'email' && target.user === undefined),
        signingKey: fresh.signingKey !== undefined || (target.kind === 'webhook' && target.signed !== true),
      };
      if (isOver.notice) await parts.noticeSecrets.remove(was.notice);
      if (isOver.signingKey) await parts.noticeSecrets.remove(was.signingKey);
      return { ...(await answer(name)), warnings };
    },
    'notice.list': async () => ({
      notices: await Promise.all(table.list().map((notice) => noticeView(parts, notice))),
    }),
    'notice.rule': async ({ notice: name, event, object, send }) => {
      setRule(parts, { notice: name, event, object, send });
      return answer(name);
    },
    'notice.test': async ({ notice: name }, { signal }) => {
      const notice = noticeNamed(parts, name);
      try {
        await parts.alerts.test(notice, signal);
      } catch (cause) {
        throw new ColdframeError('NOTICE_FAILED', {
          message: `The test did not get to ${name}: ${(cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')}.`,
          guidance:
            'Look at what it says, mend the server or the address, and test it again. Backups are not affected.',
          context: { notice: name },
          cause,
        });
      }
      return answer(name);
    },
    'notice.remove': async ({ notice: name }) => {
      const last = await answer(name);
      table.remove(last.notice.id);
      await parts.noticeSecrets.removeAll(last.notice.id);
      return last;
    },
  };
};

/** Where secrets that are given anew are kept until the notice names them: those that it goes by stay as they are. */
const freshKeys = (id: string, { notice, signingKey }: Secrets): { [Key in keyof NoticeKeys]?: string } => ({
  ...(notice === undefined ? {} : { notice: `${id}-${randomId()}` }),
  ...(signingKey === undefined ? {} : { signingKey: `${id}-signing-key-${randomId()}` }),
});

/** Keeps the secrets that were given; answers what is to be said of where. */
const keepSecrets = async (
  { noticeSecrets }: ConsoleParts,
  keys: ReturnType<typeof keysOf>,
  name: string,
  { notice, signingKey: key }: Secrets,
  file: boolean,
): Promise<Warnings> => {
  const how = { label: `Coldframe: notice ${name}`, file };
  const keeping: Keeping[] = [];
  if (notice !== undefined) keeping.push(await noticeSecrets.put(keys.notice, notice, how));
  if (key !== undefined)
    keeping.push(await noticeSecrets.put(keys.signingKey, key, { ...how, label: `${how.label}, signing key` }));
  const unsealed = keeping.find((kept) => kept.in === 'file');
  return unsealed === undefined ? [] : [inFile(noticeSecrets.file, unsealed.reason)];
};

/** Refuses what would leave a notice without a secret that it needs, or take one to where it was not given for. */
const demandChangeable = ({ name, target: was }: StoredNotice, target: NoticeTarget, secrets: Secrets): void => {
  if (was.kind !== target.kind)
    throw unusable(
      `The notice ${name} is of another kind: ${was.kind}.`,
      'Add one of the new kind, and remove this one.',
    );
  if (target.kind === 'webhook' && was.kind === 'webhook') {
    if ((target.signed === true) !== (was.signed === true) || secrets.signingKey !== undefined)
      demandKey(target, secrets.signingKey);
    if (secrets.notice !== undefined) demandUsable(target, secrets.notice);
    return;
  }
  if (target.kind === 'email' && was.kind === 'email' && target.user !== undefined && secrets.notice === undefined) {
    if (target.user !== was.user || target.server !== was.server)
      throw new ColdframeError('USAGE', {
        message: `The password of ${name} was given for another server or user.`,
        guidance: 'Give the password again.',
        context: { field: 'password' },
      });
  }
  // The password that is kept is of this very user.
  const isKept = target.kind === 'email' && target.user !== undefined && secrets.notice === undefined;
  demandUsable(target, isKept ? '' : secrets.notice);
};

/** A key and what it is for go together, and one that anybody could guess signs nothing. */
const demandKey = (target: NoticeTarget, key: string | undefined): void => {
  const isSigned = target.kind === 'webhook' && target.signed === true;
  if (isSigned !== (key !== undefined))
    throw unusable('A signing key and a webhook that is signed go together.', 'Give both, or neither.');
  if (key !== undefined && signingKey(key) === null)
    throw unusable(
      'The signing key is too short, or not what it begins as.',
      'Give whsec_ and the base64 of at least 16 random bytes: echo "whsec_$(openssl rand -base64 32)"',
    );
};

/** A notice that may be added; what is given here puts it down, under an id. */
export const preparedNotice = async (
  { store: { notices } }: ConsoleParts,
  { name, target }: Pick<InputOf<'notice.add'>, 'name' | 'target'>,
  secret: string | undefined,
): Promise<(id: string) => void> => {
  const demandFree = (): void => {
    if (notices.list().some((each) => each.name === name)) throw noticeExists(name);
  };
  demandFree();
  demandUsable(target, secret);
  await demandPlaces(target);
  return (id) => {
    demandFree();
    notices.add({ id, name, target, createdAt: Date.now(), last: null });
  };
};

/** Puts down when a notice tells of an event. */
export const setRule = (parts: ConsoleParts, { notice, event, object, send }: InputOf<'notice.rule'>): void => {
  const { id } = noticeNamed(parts, notice);
  const of = object === undefined ? '' : objectNamed(parts, object).id;
  parts.store.notices.setRule(id, { event, object: of, send: send === 'default' ? null : send });
};

const noticeNamed = ({ store }: ConsoleParts, name: string): StoredNotice => {
  const notice = store.notices.list().find((each) => each.name === name);
  if (notice !== undefined) return notice;
  throw new ColdframeError('NO_SUCH_NOTICE', {
    message: `There is no notice named ${name}.`,
    guidance: 'List them with: coldframe notice list',
    context: { notice: name },
  });
};

const noticeExists = (name: string): ColdframeError =>
  new ColdframeError('NOTICE_EXISTS', {
    message: `There is a notice named ${name} already.`,
    guidance: 'Choose another name, or remove that one first.',
    context: { notice: name },
  });

const unusable = (message: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message, guidance });

/** Refuses a target that could never be delivered to. */
const demandUsable = (target: NoticeTarget, secret: string | undefined): void => {
  if (target.kind === 'webhook') return void webhookOf(secret ?? '');
  if (target.kind === 'email') {
    if (mailServerOf(target.server) === null)
      throw unusable(
        `${target.server} is no mail server.`,
        'Give smtp://HOST:PORT, or smtps://HOST:PORT where it is encrypted from the start.',
      );
    if ((target.user === undefined) !== (secret === undefined))
      throw unusable('A user of a mail server and a password go together.', 'Give both, or neither.');
  } else if (target.kind === 'folder' && !isAbsolute(target.folder)) {
    throw unusable(`${target.folder} is no whole path.`, 'Give one that begins at the root.');
  } else if (secret !== undefined) throw unusable('This kind of notice has no secret.', 'Leave it away.');
};

/** What a notice needs on the machine of the console is there. */
const demandPlaces = async (target: NoticeTarget): Promise<void> => {
  await demandAuthority(target);
  await demandFolder(target);
};

/** A certificate that cannot be read when the notice is added would be missed when it matters. */
const demandAuthority = async (target: NoticeTarget): Promise<void> => {
  if (target.kind !== 'email' || target.caFile === undefined) return;
  const { caFile } = target;
  if (!isAbsolute(caFile)) throw unusable(`${caFile} is no whole path.`, 'Give one that begins at the root.');
  await readAuthority(caFile).catch((error: Error) => {
    throw unusable(
      `${error.message}.`,
      'Give a file with the certificate, in PEM, of the authority that signed that of the server.',
    );
  });
};

const demandFolder = async (target: NoticeTarget): Promise<void> => {
  if (target.kind !== 'folder') return;
  const found = await stat(target.folder).catch(() => null);
  if (found?.isDirectory() !== true)
    throw unusable(`${target.folder} is no folder that is there.`, 'Make it first, on the machine of the console.');
};

const webhookOf = (address: string): URL => {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw unusable(
      'The address of a webhook is missing or cannot be used.',
      'Give one that begins with https:// (or http://), without a user in it.',
    );
  return url;
};

const inFile = (file: string, reason: string | null) => ({
  code: 'SECRET_IN_FILE',
  path: file,
  message: `the password, address or signing key is kept in this file, which only its owner can read; it is not encrypted${reason === null ? '' : ` (the secret store of the session could not take it: ${reason})`}`,
});

const noticeView = async (parts: ConsoleParts, notice: StoredNotice): Promise<NoticeView> => {
  const { id, name, target, createdAt, last } = notice;
  const rules = parts.store.notices.rules(id);
  const { waiting, nextTry, givenUp } = parts.store.notices.counts(id);
  const names = new Map(parts.store.objects.list().map((object) => [object.id, object.name]));
  return {
    id,
    name,
    kind: target.kind,
    where: await whereOf(parts, notice),
    target,
    format: target.kind === 'webhook' ? target.format : null,
    createdAt: isoTime(createdAt),
    rules: [
      ...NOTICE_EVENTS.map((event) => ({ event, object: null, send: sendOf(rules, event, null) })),
      ...rules.flatMap(({ event, object, send }) => {
        const of = names.get(object);
        return of === undefined ? [] : [{ event, object: of, send }];
      }),
    ],
    waiting,
    nextTry: nextTry === null ? null : isoTime(nextTry),
    givenUp,
    last: last && { at: isoTime(last.at), sent: last.error === null, error: last.error, events: last.events },
  };
};

const whereOf = async (parts: ConsoleParts, notice: StoredNotice): Promise<string> => {
  const { target } = notice;
  if (target.kind === 'desktop') return 'windows and pages of this console';
  if (target.kind === 'email') return target.to.join(', ');
  if (target.kind === 'command') return target.command;
  if (target.kind === 'folder') return target.folder;
  try {
    const url = await parts.noticeSecrets.get(keysOf(notice).notice);
    return url === null ? 'nowhere: its address is lost' : new URL(url).host;
  } catch (error) {
    return `nowhere for now: ${error instanceof Error ? error.message : String(error)}`;
  }
};
