import * as z from 'zod';
import { NOTICE_EVENTS, NOTICE_KINDS, NOTICE_SENDS, WEBHOOK_FORMATS } from '../model/notice.ts';
import { command, query } from './procedure.ts';
import { count, id, name, place, time, warning } from './values.ts';

const address = z
  .string()
  .max(320)
  .regex(/^[^\s@<>,;\p{C}]+@[^\s@<>,;\p{C}]+$/u, 'must be an e-mail address');

/** Where a notice goes. What is secret travels beside it: the password of a mail server, the address of a webhook. */
export const noticeTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('desktop') }),
  z.strictObject({
    kind: z.literal('email'),
    /** `smtp://host:port`, encrypted as soon as the server offers it, or `smtps://host:port`, encrypted from the start. */
    server: z.string().min(1).max(300),
    user: z.string().min(1).max(320).optional(),
    from: address,
    to: z.array(address).min(1).max(50),
    /**
     * A file of PEM certificates on the machine of the console: only what one of them signed is the mail server. Without it those of the
     * runtime and of NODE_EXTRA_CA_CERTS count.
     */
    caFile: place.optional(),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    format: z.enum(WEBHOOK_FORMATS),
    /** What it is sent is signed (docs/WEBHOOKS.md), with the key that is given when it is added. */
    signed: z.boolean().optional(),
  }),
  /** A line for the shell; it reads the notice as JSON from its standard input. */
  z.strictObject({ kind: z.literal('command'), command: z.string().min(1).max(4096) }),
  /** Files in a folder: the page of a report, else a text. */
  z.strictObject({ kind: z.literal('folder'), folder: place }),
]);
export type NoticeTarget = z.infer<typeof noticeTarget>;

const rule = z.object({
  event: z.enum(NOTICE_EVENTS),
  /** The object that it is for; null for all that have no rule of their own. */
  object: z.string().nullable(),
  send: z.enum(NOTICE_SENDS),
});
export type NoticeRule = z.infer<typeof rule>;

export const noticeView = z.object({
  id,
  name: z.string(),
  kind: z.enum(NOTICE_KINDS),
  /** The addresses, the host of a webhook, the command or the folder; never a secret. */
  where: z.string(),
  /** Where it goes but for what is secret; null from consoles that do not tell. */
  target: noticeTarget.nullable().default(null),
  format: z.enum(WEBHOOK_FORMATS).nullable(),
  createdAt: time,
  /** Every event for all objects, and then what was said of single objects. */
  rules: z.array(rule),
  /** Events that are still to be told. */
  waiting: count,
  /** When it is tried next; null when nothing waits. */
  nextTry: time.nullable(),
  /** Events that were given up after many tries. */
  givenUp: count,
  /** How the last attempt came out; null before the first. */
  last: z.object({ at: time, sent: z.boolean(), error: z.string().nullable(), events: count }).nullable(),
});
export type NoticeView = z.infer<typeof noticeView>;

const oneNotice = { notice: name };
const answer = z.object({ notice: noticeView });

export const noticeProcedures = {
  /** Secret: `notice`, the password of the mail server or the address of the webhook; `signingKey`, of one that is `signed`. */
  'notice.add': command(
    z.strictObject({
      name,
      target: noticeTarget,
      /** `file`: also where the session has a secret store, which a console without that session cannot ask. */
      secretIn: z.enum(['store', 'file']).optional(),
    }),
    z.object({ notice: noticeView, warnings: z.array(warning) }),
  ),
  /**
   * Changes a notice; its rules, and what waits to be told, stay. Secrets stay as they are unless they are given anew, and have to be when the
   * mail server or its user becomes another one: a password goes to nobody whom it was not given for. Its kind stays.
   */
  'notice.change': command(
    z.strictObject({
      ...oneNotice,
      /** What it is called from then on. */
      name: name.optional(),
      target: noticeTarget,
      secretIn: z.enum(['store', 'file']).optional(),
    }),
    z.object({ notice: noticeView, warnings: z.array(warning) }),
  ),
  'notice.list': query(z.strictObject({}), z.object({ notices: z.array(noticeView) })),
  /** Says when it tells of an event, of all objects or of one; `default` takes back what was said. */
  'notice.rule': command(
    z.strictObject({
      ...oneNotice,
      event: z.enum(NOTICE_EVENTS),
      object: name.optional(),
      send: z.enum([...NOTICE_SENDS, 'default']),
    }),
    answer,
  ),
  /** Sends a notice that says that it is a test. Rejects with NOTICE_FAILED when it does not get there. */
  'notice.test': command(z.strictObject(oneNotice), answer),
  'notice.remove': command(z.strictObject(oneNotice), answer),
};
