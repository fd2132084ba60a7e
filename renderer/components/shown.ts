import type { ReactNode } from 'react';
import { printable } from '../../shared/model/printable.ts';

/** What is shown, which a name may be in: its text steers nothing and shows as it is. */
export const shown = (node: ReactNode): ReactNode => (typeof node === 'string' ? printable(node) : node);
