import * as z from 'zod';
import { JOB_KINDS, JOB_STATES, jobRecord, progressSample } from './jobs.ts';
import { mountRequest } from './mounts.ts';
import { picture } from './picture.ts';
import { measureSample } from './places.ts';
import { id, time } from './values.ts';

/** What a call hears while it runs. */
export const consoleEvent = z.discriminatedUnion('event', [
  /** Sampled about four times a second: the latest replaces the ones before it. */
  z.object({
    event: z.literal('progress'),
    job: id,
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES),
    ...progressSample.shape,
  }),
  /** The call waits for jobs that use the same vault; `job` is its own, null for a call that is none. */
  z.object({
    event: z.literal('waiting'),
    job: id.nullable(),
    for: z.array(
      z.object({
        job: id,
        kind: z.enum(JOB_KINDS),
        state: z.enum(JOB_STATES),
        object: z.string().nullable(),
        vault: z.string(),
      }),
    ),
  }),
  /** The call did what it could, and waits for tapes that are not in the library. */
  z.object({ event: z.literal('mount'), request: mountRequest }),
  /** A job was queued, started, paused, or came to its end. */
  z.object({ event: z.literal('job'), job: jobRecord }),
  /** A snapshot is announced, and then taken or called off; for the caller, and for who watches the jobs. */
  z.object({
    event: z.literal('notice'),
    notice: id,
    volumes: z.array(z.string()),
    at: time,
    state: z.enum(['announced', 'taken', 'called-off']),
  }),
  /** Something that somebody wants to be told of; for who watches the jobs. */
  z.object({
    event: z.literal('alert'),
    alert: id,
    at: time,
    title: z.string(),
    /** Whether the system is to show it where nobody looks at the page: as the setting `notify` has it. */
    popUp: z.boolean(),
    events: z.array(
      z.object({
        /** One of `NOTICE_EVENTS`, `test`, `home-database-missing`, `home-database-damaged`, `home-full`, or what a later version tells of: shown all the same. */
        event: z.string(),
        object: z.string().nullable(),
        text: z.string(),
      }),
    ),
  }),
  /** Of `place.measure`. */
  z.object({ event: z.literal('measure'), sample: measureSample }),
  /** Of `job.follow`. */
  z.object({ event: z.literal('picture'), picture }),
]);
export type ConsoleEvent = z.infer<typeof consoleEvent>;
