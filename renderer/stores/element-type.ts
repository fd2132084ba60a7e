import type { Entry } from '../../shared/contract/browse.ts';

export type ElementType = Entry['type'];
