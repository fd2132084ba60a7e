import type { Attention } from '../../../shared/contract/attention.ts';
import type { NoticeTable } from '../store/notice-table.ts';

/** Attempts in vain, over some twenty minutes, after which it is no passing trouble. */
const PATIENCE = 4;

/**
 * Notices that do not get to where they go: whoever relies on them would never hear of it by them. One that gets there, a test too, ends it. A
 * desktop at which nobody is looks is waited for, not tried.
 */
export const noticeAttention = (notices: Pick<NoticeTable, 'list' | 'counts'>): Attention[] =>
  notices.list().flatMap(({ id, name, last }): Attention[] => {
    if (last === null || last.error === null) return [];
    const { waiting, givenUp, attempts } = notices.counts(id);
    if (givenUp === 0 && attempts < PATIENCE) return [];
    const context = { notice: name, waiting, givenUp, error: last.error };
    return [{ code: 'NOTICE_UNDELIVERED', severity: 'look', object: null, vault: null, context, action: null }];
  });
