import { type Errno, ioError } from '../../../platform/errno.ts';
import { type OpenDirectory, type SourceFiles, sourceFiles } from '../../../platform/source-files.ts';

/** The files of this machine, of whose file systems none can be written out. */
export const withFailingFlush = (errno: Errno): SourceFiles => {
  const failing = (directory: OpenDirectory): OpenDirectory =>
    new Proxy(directory, {
      get: (target, property) => {
        if (property === 'flush')
          return () => {
            throw ioError('syncfs', errno, 'a disk');
          };
        if (property === 'openDirectory')
          return (...of: Parameters<OpenDirectory['openDirectory']>) => failing(target.openDirectory(...of));
        const value = Reflect.get(target, property) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const files = sourceFiles();
  return { ...files, openDirectory: (...of) => failing(files.openDirectory(...of)) };
};
