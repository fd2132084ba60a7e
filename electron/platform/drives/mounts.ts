import { readFileSync } from 'node:fs';

/** A mounted file system, as `/proc/self/mountinfo` (proc(5)) tells of it. */
export interface Mount {
  /** Raw bytes as latin1. */
  readonly path: string;
  readonly fileSystem: string;
  readonly source: string;
  /** `major:minor`. */
  readonly device: string;
  readonly readOnly: boolean;
}

/** File systems that come over a network. */
const NETWORK =
  /^(nfs4?|cifs|smb3?|smbfs|9p|ceph|afs|glusterfs|lustre|fuse\.(sshfs|rclone|s3fs|glusterfs|ceph-fuse|davfs2?))$/;

export const isNetwork = ({ fileSystem }: Mount): boolean => NETWORK.test(fileSystem);

/** Images that packages are mounted from, file systems of the kernel, and what programs show as files: nobody keeps anything there. */
const HELPERS = /^(squashfs|erofs|cramfs|romfs|devtmpfs|devpts|nsfs|fuse(\..+)?)$/;

/** Mounts on which people keep files: disks, shares, and the root whatever it is. The last of a path hides the others. */
export const userMounts = (table = readMountTable()): Mount[] => {
  const byPath = new Map<string, Mount>();
  for (const mount of parseMounts(table)) byPath.set(mount.path, mount);
  return [...byPath.values()].filter(
    (mount) =>
      mount.path === '/' || isNetwork(mount) || (mount.source.startsWith('/dev/') && !HELPERS.test(mount.fileSystem)),
  );
};

/** Every mount there is, those of the system included. */
export const allMounts = (): Mount[] => parseMounts(readMountTable());

const readMountTable = (): string => {
  try {
    return readFileSync('/proc/self/mountinfo', 'latin1');
  } catch {
    return '';
  }
};

/** Lines: id parent major:minor root mount-point options … - type source super-options; octal escapes for blanks. */
export const parseMounts = (table: string): Mount[] =>
  table.split('\n').flatMap((line) => {
    const [mount, system] = line.split(' - ');
    const [, , device, , path, options] = mount?.split(' ') ?? [];
    const [fileSystem, source] = system?.split(' ') ?? [];
    if (!device || !path || !options || !fileSystem) return [];
    const readOnly = options.split(',').includes('ro');
    return [{ path: unescaped(path), fileSystem, source: unescaped(source ?? ''), device, readOnly }];
  });

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
