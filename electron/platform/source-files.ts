import { linuxSourceFiles } from './linux/source-files.ts';
import { portableSourceFiles } from './portable/source-files.ts';
import type { SourceFiles } from './source-files-interface.ts';

export type { OpenDirectory, SourceFiles } from './source-files-interface.ts';

/** How files are read on this system: by system calls on Linux, by what Node offers elsewhere. */
export const sourceFiles = (): SourceFiles => (process.platform === 'linux' ? linuxSourceFiles : portableSourceFiles);
