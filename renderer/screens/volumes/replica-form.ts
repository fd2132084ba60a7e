import type { InputOf } from '../../../shared/contract/contract.ts';

export interface ReplicaForm {
  readonly volume: string;
  readonly name: string;
  readonly folder: string;
}

export type ReplicaField = 'name' | 'folder';
export type ReplicaProblem = 'name' | 'taken' | 'path';

const NAME = /^[^@/\s\p{C}][^@/\p{C}]{0,127}$/u;

/** What is wrong, by field. */
export const replicaProblems = (
  { name, folder }: ReplicaForm,
  taken: readonly string[],
): Partial<Readonly<Record<ReplicaField, ReplicaProblem>>> => ({
  ...(NAME.test(name) ? {} : { name: 'name' as const }),
  ...(taken.includes(name) ? { name: 'taken' as const } : {}),
  ...(folder.startsWith('/') ? {} : { folder: 'path' as const }),
});

export const replicaFile = ({ name, folder }: ReplicaForm): string => `${folder.replace(/\/+$/, '')}/${name}.img`;

export const replicaRequest = (form: ReplicaForm): InputOf<'replica.create'> => ({
  name: form.name,
  volume: form.volume,
  file: replicaFile(form),
});
