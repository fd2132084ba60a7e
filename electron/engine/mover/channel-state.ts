/**
 * The states of a virtual channel, one session of moving block sets between a source and a drive. One table for the
 * code, the tests and the picture in the console. Source: DESIGN 3.6, after figures 28 and 29 of the storage-node document.
 */
export type ChannelDirection = 'backup' | 'restore';

export type ChannelState =
  | 'requested'
  | 'open'
  | 'at-beginning'
  | 'writing'
  | 'reading'
  | 'at-end'
  | 'closed'
  | 'error';

/** `opened`: movers paired; `mounted`: a tape is in the drive and its labels are right; `end`: of tape or of data. */
export type ChannelEvent = 'opened' | 'mounted' | 'started' | 'end' | 'next-tape' | 'closed' | 'failed';

type Table = Readonly<Record<ChannelState, Partial<Readonly<Record<ChannelEvent, ChannelState>>>>>;

const tableFor = (moving: 'writing' | 'reading'): Table => ({
  requested: { opened: 'open', closed: 'closed', failed: 'error' },
  open: { mounted: 'at-beginning', closed: 'closed', failed: 'error' },
  'at-beginning': { started: moving, end: 'at-end', failed: 'error' },
  writing: moving === 'writing' ? { end: 'at-end', failed: 'error' } : {},
  reading: moving === 'reading' ? { end: 'at-end', failed: 'error' } : {},
  'at-end': { 'next-tape': moving, closed: 'closed', failed: 'error' },
  closed: {},
  error: { closed: 'closed' },
});

export const CHANNEL_TABLES: Readonly<Record<ChannelDirection, Table>> = {
  backup: tableFor('writing'),
  restore: tableFor('reading'),
};

/** The state after an event. Throws RangeError for an event that the table does not allow: a defect of the caller. */
export const channelTransition = (
  direction: ChannelDirection,
  state: ChannelState,
  event: ChannelEvent,
): ChannelState => {
  const next = CHANNEL_TABLES[direction][state][event];
  if (next === undefined) throw new RangeError(`a ${direction} channel that is ${state} cannot take "${event}"`);
  return next;
};
