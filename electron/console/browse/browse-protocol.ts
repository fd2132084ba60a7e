import type { ByteString } from '../../../shared/byte-string.ts';
import type { Entry } from '../../../shared/contract/browse.ts';
import type { ErrorData } from '../../../shared/errors.ts';
import type { FolderPage } from '../../engine/catalog/index.ts';

export interface PageRequest {
  readonly id: number;
  readonly catalog: string;
  readonly set: string;
  readonly path: ByteString;
  readonly page: FolderPage;
}

export type PageAnswer =
  | { readonly kind: 'page'; readonly id: number; readonly entries: Entry[]; readonly total: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorData };
