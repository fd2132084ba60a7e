import type * as z from 'zod';

/**
 * What a procedure does to the console: `query` reads, may be repeated freely; `command` changes something at once;
 * `job` is queued, reports progress, can be paused and cancelled, and is kept in the list of jobs.
 */
export type ProcedureNature = 'query' | 'command' | 'job';

export interface Procedure<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly nature: ProcedureNature;
  /** Its answer is of use to the caller alone and given once: the call is cancelled when the connection breaks. */
  readonly endsWithCaller?: true;
  /** It goes on until the caller cancels: a console that ends does not wait for it. */
  readonly endless?: true;
  readonly input: Input;
  readonly output: Output;
}

/** A procedure that only reads. */
export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ nature: 'query', input, output }) as const satisfies Procedure<I, O>;

/** A procedure that only tells what happens, until the caller cancels. */
export const watch = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ ...query(input, output), endless: true }) as const satisfies Procedure<I, O>;

/** A procedure that changes something at once. */
export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ nature: 'command', input, output }) as const satisfies Procedure<I, O>;

/** A procedure that changes something at once, and is cancelled as long as that can be when its caller goes. */
export const commandForCaller = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ ...command(input, output), endsWithCaller: true }) as const satisfies Procedure<I, O>;

/** A procedure that runs as a job. */
export const job = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ nature: 'job', input, output }) as const satisfies Procedure<I, O>;
