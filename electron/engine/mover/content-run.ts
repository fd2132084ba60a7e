/** A run of content within an element: what the map says is there, with its place on the source device. */
export interface ContentRun {
  readonly offset: number;
  readonly length: number;
  readonly address: number | null;
  /** It is as an earlier set has it, piece by piece: taken over from there without being read. */
  readonly known?: boolean;
}
