export * from './accounts.ts';
export { AT_FDCWD } from './calling.ts';
export * from './content.ts';
export * from './extended-attributes.ts';
export * from './fiemap.ts';
export * from './file-flags.ts';
export * from './links.ts';
export { listDirectory } from './list.ts';
export * from './make.ts';
export {
  closeFd,
  openAt,
  openBeneath,
  openDirectory,
  openDirectoryBeneath,
} from './open.ts';
export * from './sockets.ts';
export { statAt, statFd } from './stat.ts';
