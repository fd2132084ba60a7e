/** What happens when the snapshot storage is full: the writer waits for room up to a deadline; then the snapshot is given up. */
export interface FullPolicy {
  readonly onFull: 'block' | 'invalidate';
  readonly blockMs: number;
}
