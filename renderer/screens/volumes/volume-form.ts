import type { FULL_POLICIES, PRESERVE_MODES, STORAGE_KINDS } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { name as nameSchema } from '../../../shared/contract/values.ts';
import { typedSize } from '../../../shared/model/typed-size.ts';
import { BLOCK_BYTES, SEGMENT_BYTES } from '../../../shared/units.ts';
import { typedMs } from './freeze-form.ts';

export interface VolumeForm {
  readonly kind: 'new' | 'adopt';
  readonly name: string;
  readonly size: string;
  readonly place: 'home' | 'folder';
  readonly folder: string;
  readonly file: string;
  /** Bytes, as text: what a list of choices holds. */
  readonly segment: string;
  readonly preserve: (typeof PRESERVE_MODES)[number];
  readonly storage: (typeof STORAGE_KINDS)[number];
  /** Empty: as much as the volume, 1 GiB at most. */
  readonly storageSize: string;
  readonly onFull: (typeof FULL_POLICIES)[number];
  readonly blockMs: string;
}

export const NEW_VOLUME: VolumeForm = {
  kind: 'new',
  name: '',
  size: '',
  place: 'home',
  folder: '',
  file: '',
  segment: String(SEGMENT_BYTES),
  preserve: 'protected',
  storage: 'file',
  storageSize: '',
  onFull: 'block',
  blockMs: '5000',
};

/** Sizes of segments that are offered. */
export const SEGMENT_CHOICES = [4, 16, 64, 256, 1024, 4096].map((kib) => kib * 1024);

/** The largest volume that is managed, and the most segments of one. */
const SIZE_MOST = 2 ** 48;
const SEGMENTS_MOST = 2 ** 31;

export type VolumeField = 'name' | 'size' | 'folder' | 'file' | 'storageSize' | 'blockMs';
export type VolumeProblem = 'name' | 'taken' | 'size' | 'blocks' | 'large' | 'segments' | 'path' | 'storage' | 'ms';

const nameProblem = (name: string, taken: readonly string[]): VolumeProblem | null => {
  if (!nameSchema.safeParse(name).success) return 'name';
  return taken.includes(name) ? 'taken' : null;
};

const sizeProblem = ({ size, segment }: VolumeForm): VolumeProblem | null => {
  const bytes = typedSize(size);
  if (!bytes) return 'size';
  if (bytes % BLOCK_BYTES !== 0) return 'blocks';
  if (bytes > SIZE_MOST) return 'large';
  return bytes / Number(segment) > SEGMENTS_MOST ? 'segments' : null;
};

const pathProblem = (path: string): VolumeProblem | null => (path.startsWith('/') ? null : 'path');

/** What is wrong, by field. `taken`: the names of volumes that there are. */
export const volumeProblems = (
  form: VolumeForm,
  taken: readonly string[],
): Partial<Readonly<Record<VolumeField, VolumeProblem>>> => {
  const found: readonly (readonly [VolumeField, VolumeProblem | null])[] = [
    ['name', nameProblem(form.name, taken)],
    ['size', form.kind === 'new' ? sizeProblem(form) : null],
    ['folder', form.kind === 'new' && form.place === 'folder' ? pathProblem(form.folder) : null],
    ['file', form.kind === 'adopt' ? pathProblem(form.file) : null],
    ['storageSize', form.storageSize.trim() !== '' && !typedSize(form.storageSize) ? 'storage' : null],
    ['blockMs', form.onFull === 'block' && typedMs(form.blockMs) === null ? 'ms' : null],
  ];
  return Object.fromEntries(found.filter(([, problem]) => problem !== null));
};

/** The field that an answer of the console is about; null: none of them alone. */
export const fieldOfError = (
  { code, context }: { readonly code: string; readonly context: Readonly<Record<string, unknown>> },
  { kind, place }: VolumeForm,
): VolumeField | null => {
  const disk = kind === 'adopt' ? 'file' : place === 'folder' ? 'folder' : null;
  if (code === 'VOLUME_EXISTS' && context.path === undefined) return 'name';
  return ['VOLUME_EXISTS', 'NO_SUCH_PATH', 'IO'].includes(code) ? disk : null;
};

/** The image that is made; null: Coldframe chooses the place. */
export const imageOf = ({ place, folder, name }: VolumeForm): string | null =>
  place === 'home' ? null : `${folder.replace(/\/+$/, '')}/${name}.img`;

const options = (form: VolumeForm): Omit<InputOf<'volume.adopt'>, 'name' | 'file'> => {
  const storageBytes = typedSize(form.storageSize);
  return {
    segmentBytes: Number(form.segment),
    preserve: form.preserve,
    storage: form.storage,
    ...(storageBytes === null ? {} : { storageBytes }),
    onFull: form.onFull,
    ...(form.onFull === 'block' ? { blockMs: Number(form.blockMs) } : {}),
  };
};

export const createRequest = (form: VolumeForm): InputOf<'volume.create'> => {
  const file = imageOf(form);
  return { name: form.name, size: typedSize(form.size) ?? 0, ...(file === null ? {} : { file }), ...options(form) };
};

export const adoptRequest = (form: VolumeForm): InputOf<'volume.adopt'> => ({
  name: form.name,
  file: form.file,
  ...options(form),
});
