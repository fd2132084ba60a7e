/** Where an export is served, as its address says; of an encrypted one, who has which file of keys. */
export type ExportAddress = {
  readonly export: string;
  readonly encrypted: boolean;
  readonly user: string;
  readonly keyFile: string;
} & (
  | { readonly kind: 'unix'; readonly socket: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: string }
);

/** Scheme, authority, export, query. A URL object would take a volume called `..` for a way up. */
const PARTS = /^(nbds?)(\+unix)?:\/\/([^/]*)\/([^?]*)(?:\?(.*))?$/;

/** Takes an NBD address apart (github.com/NetworkBlockDevice/nbd, doc/uri.md). */
export const addressOf = (uri: string): ExportAddress => {
  const [, scheme, unix, authority = '', path = '', query = ''] = PARTS.exec(uri) ?? [];
  const [, user = '', place = ''] = /^(?:([^@]*)@)?(.*)$/.exec(authority) ?? [];
  const keyFile = decodeURIComponent(/(?:^|&)tls-psk-file=([^&]*)/.exec(query)?.[1] ?? '');
  const about = {
    export: decodeURIComponent(path),
    encrypted: scheme === 'nbds',
    user: decodeURIComponent(user),
    keyFile,
  };
  if (unix) {
    const socket = /(?:^|&)socket=([^&]*)/.exec(query)?.[1] ?? '';
    return { ...about, kind: 'unix', socket: decodeURIComponent(socket) };
  }
  const [, bracketed, plain, port = '10809'] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(place) ?? [];
  return { ...about, kind: 'tcp', host: bracketed ?? plain ?? '', port };
};

/** A word for a POSIX shell, in quotes where it needs them. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

export const ATTACH_WAYS = ['address', 'qemu', 'nbdcopy', 'qemuImg', 'nbdClient', 'nbdfuse', 'losetup'] as const;
export type AttachWay = (typeof ATTACH_WAYS)[number];

export interface AttachLine {
  readonly way: AttachWay;
  readonly line: string;
}

/** Commands that attach an export or copy it, each one line; of an encrypted one with its user and file of keys. */
export const attachLines = (uri: string, readOnly: boolean): AttachLine[] => {
  const address = addressOf(uri);
  const [volume = ''] = address.export.split('@');
  const name = volume.startsWith('.') ? 'volume' : volume.replaceAll('/', '-');
  const folder = shellWord(`/mnt/${name}`);
  const only = (option: string): string => (readOnly ? option : '');
  const mounted: AttachLine[] = [
    { way: 'nbdfuse', line: `mkdir -p ${folder} && nbdfuse ${only('-r ')}${folder} ${shellWord(uri)} &` },
    { way: 'losetup', line: `losetup -f --show ${only('-r ')}${folder}/nbd` },
  ];
  if (address.encrypted) return [{ way: 'address', line: uri }, ...encryptedLines(uri, address, name), ...mounted];
  const place =
    address.kind === 'unix' ? `-unix ${shellWord(address.socket)}` : `${shellWord(address.host)} ${address.port}`;
  return [
    { way: 'address', line: uri },
    {
      way: 'qemu',
      line: `qemu-system-x86_64 -m 2G -drive file=${shellWord(uri)},format=raw,if=virtio${only(',readonly=on')}`,
    },
    { way: 'nbdClient', line: `nbd-client ${place} /dev/nbd0 -name ${shellWord(address.export)}${only(' -readonly')}` },
    ...mounted,
  ];
};

/** qemu takes the name of the file for granted. */
const QEMU_KEYS = 'keys.psk';
const QEMU_FOLDER = '$HOME/nbd-keys';

/** A value within an option of qemu, where a comma ends it. */
const optionValue = (text: string): string => shellWord(text.replaceAll(',', ',,'));

const encryptedLines = (uri: string, address: ExportAddress, name: string): AttachLine[] => {
  const image = shellWord(`${name}-copy.img`);
  const { user, keyFile } = address;
  const named = keyFile.endsWith(`/${QEMU_KEYS}`);
  const folder = named ? optionValue(keyFile.slice(0, -QEMU_KEYS.length - 1) || '/') : QEMU_FOLDER;
  const first = named ? '' : `install -D -m 600 ${shellWord(keyFile)} ${QEMU_FOLDER}/${QEMU_KEYS} && `;
  const server = address.kind === 'tcp' ? `host=${optionValue(address.host)},port=${address.port}` : '';
  return [
    { way: 'nbdcopy', line: `nbdcopy ${shellWord(uri)} ${image}` },
    {
      way: 'qemuImg',
      line: `${first}qemu-img convert --object tls-creds-psk,id=key,endpoint=client,dir=${folder},username=${optionValue(user)} --image-opts driver=nbd,${server},export=${optionValue(address.export)},tls-creds=key -O raw ${image}`,
    },
  ];
};
