/** Where an export is served, as its address says. */
export type ExportAddress = { readonly export: string; readonly encrypted: boolean } & (
  | { readonly kind: 'unix'; readonly socket: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: string }
);

/** Scheme, authority, export, query. A URL object would take a volume called `..` for a way up. */
const PARTS = /^(nbds?)(\+unix)?:\/\/([^/]*)\/([^?]*)(?:\?(.*))?$/;

/** Takes an NBD address apart (github.com/NetworkBlockDevice/nbd, doc/uri.md). */
export const addressOf = (uri: string): ExportAddress => {
  const [, scheme, unix, authority = '', path = '', query = ''] = PARTS.exec(uri) ?? [];
  const about = { export: decodeURIComponent(path), encrypted: scheme === 'nbds' };
  if (unix) {
    const socket = /(?:^|&)socket=([^&]*)/.exec(query)?.[1] ?? '';
    return { ...about, kind: 'unix', socket: decodeURIComponent(socket) };
  }
  const [, bracketed, plain, port = '10809'] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(authority) ?? [];
  return { ...about, kind: 'tcp', host: bracketed ?? plain ?? '', port };
};

/** A word for a POSIX shell, in quotes where it needs them. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

export const ATTACH_WAYS = ['address', 'qemu', 'nbdClient', 'nbdfuse', 'losetup'] as const;
export type AttachWay = (typeof ATTACH_WAYS)[number];

/** Commands that attach an export, each one line. Of an encrypted one only the address: who takes it has to say where its key is. */
export const attachLines = (uri: string, readOnly: boolean): { readonly way: AttachWay; readonly line: string }[] => {
  const address = addressOf(uri);
  if (address.encrypted) return [{ way: 'address', line: uri }];
  const [volume = ''] = address.export.split('@');
  const folder = shellWord(`/mnt/${volume.startsWith('.') ? 'volume' : volume}`);
  const place =
    address.kind === 'unix' ? `-unix ${shellWord(address.socket)}` : `${shellWord(address.host)} ${address.port}`;
  const only = (option: string): string => (readOnly ? option : '');
  return [
    { way: 'address', line: uri },
    {
      way: 'qemu',
      line: `qemu-system-x86_64 -m 2G -drive file=${shellWord(uri)},format=raw,if=virtio${only(',readonly=on')}`,
    },
    { way: 'nbdClient', line: `nbd-client ${place} /dev/nbd0 -name ${shellWord(address.export)}${only(' -readonly')}` },
    { way: 'nbdfuse', line: `mkdir -p ${folder} && nbdfuse ${only('-r ')}${folder} ${shellWord(uri)} &` },
    { way: 'losetup', line: `losetup -f --show ${only('-r ')}${folder}/nbd` },
  ];
};
