import { useRef } from 'react';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { type Loaded, useQuery } from './calls.ts';

export type MeasuredVolume = OutputOf<'volume.measure'>['volumes'][number];

export interface VolumesMeasure {
  readonly measured: readonly MeasuredVolume[];
  /** Whether it is of these volumes: it is asked anew when others are ticked. */
  readonly loading: boolean;
  readonly error: Loaded<unknown>['error'];
  readonly reload: () => void;
}

/** What a full backup of volumes would read. */
export const useVolumesMeasure = (volumes: readonly string[]): VolumesMeasure => {
  const { data, error, loading, reload } = useQuery(
    'volume.measure',
    volumes.length === 0 ? null : { volumes: [...volumes] },
  );
  // What was told of a volume holds while others are asked about.
  const latest = useRef<readonly MeasuredVolume[]>([]);
  latest.current = data?.volumes ?? latest.current;
  const measured = volumes.flatMap((name) => latest.current.find(({ volume }) => volume === name) ?? []);
  return { measured, loading, error, reload };
};

/** Of several together. */
export const sumOf = (
  measured: readonly MeasuredVolume[],
): Pick<MeasuredVolume, 'size' | 'bytes' | 'holeBytes' | 'leftOutBytes'> => {
  const of = (field: 'size' | 'bytes' | 'holeBytes' | 'leftOutBytes') =>
    measured.reduce((sum, each) => sum + each[field], 0);
  return { size: of('size'), bytes: of('bytes'), holeBytes: of('holeBytes'), leftOutBytes: of('leftOutBytes') };
};
