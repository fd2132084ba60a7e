import type { ByteString } from '../../../shared/byte-string.ts';
import type { Entry } from '../../../shared/contract/browse.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { ErrorData } from '../../../shared/errors.ts';
import type { CompareOptions, FolderPage, Weight } from '../../engine/catalog/index.ts';

interface Place {
  readonly catalog: string;
  readonly set: string;
  readonly path: ByteString;
}

export interface PageWish extends Place {
  readonly kind: 'page';
  readonly page: FolderPage;
}

export interface GoneWish extends Place {
  readonly kind: 'gone';
  readonly limit: number;
}

export interface WeighWish extends Place {
  readonly kind: 'weigh';
}

export interface CompareWish {
  readonly kind: 'compare';
  readonly catalog: string;
  readonly from: string;
  readonly to: string;
  readonly options: CompareOptions;
}

export type BrowseWish = PageWish | GoneWish | WeighWish | CompareWish;
/** `leave`: nobody waits any more for what was asked with this id. */
export type BrowseRequest = (BrowseWish | { readonly kind: 'leave' }) & { readonly id: number };

export interface PageFound {
  readonly entries: Entry[];
  readonly total: number;
}

export type GoneFound = Pick<OutputOf<'gone'>, 'entries' | 'total'>;

export type Compared = Pick<OutputOf<'compare'>, 'totals' | 'changes'>;

export type BrowseAnswer =
  | ({ readonly kind: 'page'; readonly id: number } & PageFound)
  | ({ readonly kind: 'gone'; readonly id: number } & GoneFound)
  | ({ readonly kind: 'weigh'; readonly id: number } & Weight)
  | ({ readonly kind: 'compare'; readonly id: number } & Compared)
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorData };
