import type { InputOf } from '../../../shared/contract/contract.ts';

export interface FreezeForm {
  readonly volumes: readonly string[];
  readonly quiet: boolean;
  readonly quietMs: string;
  readonly deadlineMs: string;
  readonly notice: boolean;
  readonly noticeS: string;
  readonly pre: string;
  readonly post: string;
}

export const FIRST_FREEZE: FreezeForm = {
  volumes: [],
  quiet: false,
  quietMs: '200',
  deadlineMs: '10000',
  notice: false,
  noticeS: '60',
  pre: '',
  post: '',
};

export type FreezeField = 'volumes' | 'quietMs' | 'deadlineMs' | 'noticeS';
export type FreezeProblem = 'none' | 'ms' | 'sooner' | 'seconds';

const LONGEST_S = 86_400;

/** A whole number of seconds, a day at most; null for what is none. */
export const typedSeconds = (typed: string): number | null =>
  /^\d{1,5}$/.test(typed.trim()) && Number(typed) <= LONGEST_S ? Number(typed) : null;

/** A whole number of milliseconds; null for what is none. */
export const typedMs = (typed: string): number | null => (/^\d{1,9}$/.test(typed.trim()) ? Number(typed) : null);

/** What is wrong, by field. */
export const freezeProblems = (form: FreezeForm): Partial<Readonly<Record<FreezeField, FreezeProblem>>> => {
  const [quiet, deadline] = [typedMs(form.quietMs), typedMs(form.deadlineMs)];
  return {
    ...(form.volumes.length === 0 ? { volumes: 'none' as const } : {}),
    ...(form.quiet && !quiet ? { quietMs: 'ms' as const } : {}),
    ...(form.quiet && !deadline ? { deadlineMs: 'ms' as const } : {}),
    ...(form.notice && !typedSeconds(form.noticeS) ? { noticeS: 'seconds' as const } : {}),
    ...(form.quiet && quiet && deadline && deadline <= quiet ? { deadlineMs: 'sooner' as const } : {}),
  };
};

export const freezeRequest = ({
  volumes,
  quiet,
  quietMs,
  deadlineMs,
  notice,
  noticeS,
  pre,
  post,
}: FreezeForm): InputOf<'snapshot.create'> => ({
  volumes: [...volumes],
  ...(quiet ? { quietMs: Number(quietMs), deadlineMs: Number(deadlineMs) } : {}),
  ...(notice ? { noticeMs: 1000 * Number(noticeS) } : {}),
  ...(pre.trim() ? { pre } : {}),
  ...(post.trim() ? { post } : {}),
});
