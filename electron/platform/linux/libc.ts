import { bindNative } from './koffi.ts';

/** Arguments are plain numbers: descriptors, flags, and addresses of preallocated memory. Results below 0 mean errno. */
type Call = (...values: number[]) => number;

const DECLARATIONS = {
  open: 'int open(uintptr_t, int, int)',
  openat: 'int openat(int, uintptr_t, int, int)',
  close: 'int close(int)',
  getdents64: 'int64_t getdents64(int, uintptr_t, size_t)',
  statx: 'int statx(int, uintptr_t, int, uint32_t, uintptr_t)',
  readlinkat: 'int64_t readlinkat(int, uintptr_t, uintptr_t, size_t)',
  llistxattr: 'int64_t llistxattr(uintptr_t, uintptr_t, size_t)',
  lgetxattr: 'int64_t lgetxattr(uintptr_t, uintptr_t, uintptr_t, size_t)',
  lsetxattr: 'int lsetxattr(uintptr_t, uintptr_t, uintptr_t, size_t, int)',
  lremovexattr: 'int lremovexattr(uintptr_t, uintptr_t)',
  flistxattr: 'int64_t flistxattr(int, uintptr_t, size_t)',
  fgetxattr: 'int64_t fgetxattr(int, uintptr_t, uintptr_t, size_t)',
  fsetxattr: 'int fsetxattr(int, uintptr_t, uintptr_t, size_t, int)',
  fremovexattr: 'int fremovexattr(int, uintptr_t)',
  ioctl: 'int ioctl(int, unsigned long, uintptr_t)',
  lseek: 'int64_t lseek(int, int64_t, int)',
  mknodat: 'int mknodat(int, uintptr_t, uint32_t, uint64_t)',
  mkdirat: 'int mkdirat(int, uintptr_t, uint32_t)',
  symlinkat: 'int symlinkat(uintptr_t, int, uintptr_t)',
  linkat: 'int linkat(int, uintptr_t, int, uintptr_t, int)',
  renameat2: 'int renameat2(int, uintptr_t, int, uintptr_t, uint32_t)',
  unlinkat: 'int unlinkat(int, uintptr_t, int)',
  fchownat: 'int fchownat(int, uintptr_t, uint32_t, uint32_t, int)',
  fchown: 'int fchown(int, uint32_t, uint32_t)',
  fchmod: 'int fchmod(int, uint32_t)',
  fchmodat: 'int fchmodat(int, uintptr_t, uint32_t, int)',
  utimensat: 'int utimensat(int, uintptr_t, uintptr_t, int)',
  futimens: 'int futimens(int, uintptr_t)',
  ftruncate: 'int ftruncate(int, int64_t)',
  fallocate: 'int fallocate(int, int, int64_t, int64_t)',
  pwritev2: 'int64_t pwritev2(int, uintptr_t, int, int64_t, int)',
  syncfs: 'int syncfs(int)',
  fsync: 'int fsync(int)',
  flock: 'int flock(int, int)',
  getpwuid_r: 'int getpwuid_r(uint32_t, uintptr_t, uintptr_t, size_t, uintptr_t)',
  getgrgid_r: 'int getgrgid_r(uint32_t, uintptr_t, uintptr_t, size_t, uintptr_t)',
  getpwnam_r: 'int getpwnam_r(uintptr_t, uintptr_t, uintptr_t, size_t, uintptr_t)',
  getgrnam_r: 'int getgrnam_r(uintptr_t, uintptr_t, uintptr_t, size_t, uintptr_t)',
  socket: 'int socket(int, int, int)',
  socketpair: 'int socketpair(int, int, int, uintptr_t)',
  bind: 'int bind(int, uintptr_t, uint32_t)',
  listen: 'int listen(int, int)',
  accept4: 'int accept4(int, uintptr_t, uintptr_t, int)',
  connect: 'int connect(int, uintptr_t, uint32_t)',
  recv: 'int64_t recv(int, uintptr_t, size_t, int)',
  send: 'int64_t send(int, uintptr_t, size_t, int)',
  shutdown: 'int shutdown(int, int)',
  setsockopt: 'int setsockopt(int, int, int, uintptr_t, uint32_t)',
  getsockname: 'int getsockname(int, uintptr_t, uintptr_t)',
  getpeername: 'int getpeername(int, uintptr_t, uintptr_t)',
  inet_pton: 'int inet_pton(int, uintptr_t, uintptr_t)',
  // `syscall` is variadic; on the 64-bit Linux ABIs integers are passed to it like to any other function.
  syscall4: 'long syscall(long, long, uintptr_t, uintptr_t, size_t)',
} as const;

export type Libc = Readonly<Record<keyof typeof DECLARATIONS, Call>> & { errno(): number };

let bound: Libc | null = null;

/** The C library of this process. Bound on first use; only on Linux. */
export function libc(): Libc {
  bound ??= bindAll();
  return bound;
}

/** Binds every call once. */
function bindAll(): Libc {
  if (process.platform !== 'linux') throw new Error('Linux system calls were asked for on another system.');
  return bindNative((koffi) => {
    const library = koffi.load(null);
    const calls: Record<string, unknown> = { errno: () => koffi.errno() };
    for (const [name, declaration] of Object.entries(DECLARATIONS)) calls[name] = library.func(declaration);
    return calls as unknown as Libc;
  });
}
