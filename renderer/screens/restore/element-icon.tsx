import { File, FileSymlink, Folder } from 'lucide-react';
import type { ElementType } from '../../stores/element-type.ts';

/** What an element is, as a picture beside its name. */
export const ElementIcon = ({ type }: { type: ElementType }) =>
  type === 'dir' ? <Folder aria-hidden /> : type === 'symlink' ? <FileSymlink aria-hidden /> : <File aria-hidden />;
