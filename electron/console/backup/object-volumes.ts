import type { Warning } from '../../../shared/model/block-set.ts';
import { sourceOf } from '../../../shared/model/selection.ts';
import type { SetId } from '../../../shared/units.ts';
import type { FrozenVolumes, ProtectedObject, VolumesToBackUp } from '../use-cases.ts';
import type { ExportVolume } from '../volumes/export-volumes.ts';
import type { VolumeToScan } from './volume-to-scan.ts';

type OfVolumes = Pick<ProtectedObject, 'volumes' | 'selection'>;

/** Freezes the managed volumes of an object, and looks at those of other servers first: what cannot be reached fails before. */
export const freezeVolumes = async (
  volumes: VolumesToBackUp,
  object: OfVolumes,
  parent: SetId | null,
): Promise<FrozenVolumes & { readonly warnings: readonly Warning[] }> => {
  const others = await lookAtExports(object);
  const managed = managedOf(object);
  const frozen = managed.length === 0 ? NOTHING : await volumes.freezeForBackup(managed, parent);
  return { ...frozen, ...joined(frozen.volumes, others) };
};

/** The same without freezing, to see what a backup would do now. */
export const seeVolumes = async (
  volumes: VolumesToBackUp,
  object: OfVolumes,
  parent: SetId | null,
): Promise<Pick<FrozenVolumes, 'volumes'> & { readonly warnings: readonly Warning[] }> => {
  const others = await lookAtExports(object);
  const managed = managedOf(object);
  return joined(managed.length === 0 ? [] : volumes.lookAt(managed, parent), others);
};

const managedOf = ({ volumes, selection }: OfVolumes): string[] =>
  volumes.filter((name) => sourceOf(selection, name) === null);

const lookAtExports = async ({ volumes, selection }: OfVolumes): Promise<ExportVolume[]> => {
  const { exportVolume } = await import('../volumes/export-volumes.ts');
  const found: ExportVolume[] = [];
  for (const name of volumes) {
    const uri = sourceOf(selection, name);
    // One after the other: two may be of one server, which takes one at a time.
    if (uri !== null) found.push(await exportVolume(name, uri));
  }
  return found;
};

const joined = (managed: readonly VolumeToScan[], others: readonly ExportVolume[]) => ({
  volumes: [...managed, ...others.map(({ volume }) => volume)],
  warnings: others.flatMap(({ warnings }) => warnings),
});

const NOTHING: FrozenVolumes = {
  volumes: [],
  written: () => undefined,
  sideFile: null,
  end: async () => undefined,
};
