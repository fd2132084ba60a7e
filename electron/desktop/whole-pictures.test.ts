import { expect, test } from 'vitest';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { withWholePictures } from './whole-pictures.ts';

const picture = (name: string) => ({ event: 'picture', picture: name }) as unknown as ConsoleEvent;

/** A console of another process: each time a job is followed it tells a whole picture, and then what came since, until the caller goes. */
const other = () => {
  const asked: ProcedureName[] = [];
  const console: ConsoleClient = {
    call: async <P extends ProcedureName>(procedure: P, _: InputOf<P>, { signal, onEvent }: CallOptions = {}) => {
      asked.push(procedure);
      for (const name of ['whole', 'more', 'most']) {
        await Promise.resolve();
        if (!signal?.aborted) onEvent?.(picture(name));
      }
      signal?.throwIfAborted();
      return { picture: 'kept' } as unknown as OutputOf<P>;
    },
  };
  return { asked, console };
};

test('a page that did not take a picture is told all of it again, and nothing in between', async () => {
  const { asked, console } = other();
  const told: unknown[] = [];
  let behind = true;
  const answer = await withWholePictures(console, 1).call(
    'job.follow',
    { job: 'a' },
    {
      onEvent: (event) => {
        if (event.event !== 'picture') return true;
        const isTaken = !(behind && (event.picture as unknown) === 'more');
        told.push(isTaken ? event.picture : null);
        if (!isTaken) behind = false;
        return isTaken;
      },
    },
  );
  expect(told).toEqual(['whole', null, 'whole', 'more', 'most']);
  expect(answer).toEqual({ picture: 'kept' });
  expect(asked).toEqual(['job.follow', 'job.follow']);
});

test('a page that goes is not followed for, and other calls are passed on', async () => {
  const { asked, console } = other();
  const aborter = new AbortController();
  const calls = withWholePictures(console, 1);
  const onEvent = () => aborter.abort();
  await expect(calls.call('job.follow', { job: 'a' }, { signal: aborter.signal, onEvent })).rejects.toThrow();
  await calls.call('job.list', {});
  expect(asked).toEqual(['job.follow', 'job.list']);
});
