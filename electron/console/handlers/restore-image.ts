import { realpathSync, statSync } from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import { byteStringFromText, displayText, joinBytes } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { base64OfPath, bytesOfPath } from '../paths.ts';
import type { RestoreRequest, VaultInfo } from '../use-cases.ts';
import { shareDisk } from '../volumes/same-disk.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';
import { inPlace } from './restore-in-place.ts';
import type { RestoreTarget } from './restore-target.ts';

const plain = (request: RestoreRequest, look = async (): Promise<void> => undefined): RestoreTarget => ({
  request,
  hold: async () => {
    await look();
    return { end: async () => [] };
  },
});

/**
 * The request as it is for a set of files. A volume of a set of volumes goes into the image file that `to` names, or into a folder that is
 * there, under its own name; several volumes go into a folder.
 */
export const intoImage = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  request: RestoreRequest,
): Promise<RestoreTarget> => {
  const volumes = await withCatalog(parts, vault, [], (catalog) => catalog.volumesOf(request.set));
  if (volumes.length === 0) return plain(request);
  const { to, relativeTo, paths, onConflict } = request;
  if (relativeTo !== null) throw usage('--relative-to is for files', 'Leave it out: a volume has no folders.');
  const asked = paths.length === 0 ? volumes.map(elementOf) : paths.map(bytesOfPath);
  const unknown = asked.find((path) => !volumes.some((volume) => elementOf(volume) === path));
  if (unknown !== undefined)
    throw usage(
      `${displayText(unknown)} is no volume of this set`,
      `It has ${volumes.map((volume) => `/${volume}`).join(', ')}.`,
    );
  if (to === null) return await inPlace(parts, vault, request, asked);
  const place = kindOf(bytesOfPath(to));
  const targets =
    place === 'folder'
      ? asked.map((path) => joinBytes(bytesOfPath(to), path.slice(1) as ByteString))
      : [bytesOfPath(to)];
  // At once, for who asks, and again when its turn has come: meanwhile somebody may have adopted it.
  const look = async (): Promise<void> => await demandFree(parts, targets);
  await look();
  if (place === 'folder') return plain(request, look);
  if (place === 'device' && onConflict === 'rename')
    throw usage('A device has no other name', 'Use --on-conflict overwrite, or name another device.');
  if (asked.length > 1)
    throw usage(
      'Several volumes cannot go into one image',
      'Name one of them, as /VOLUME, or give a folder that is there.',
    );
  const device = place === 'device' ? { device: realpathOf(bytesOfPath(to)) } : {};
  return plain(
    { ...request, paths: asked.map((path) => ({ pathBase64: base64OfPath(path) })), image: to, ...device },
    look,
  );
};

/** Refuses to put an image in the place of a disk that is managed: its maps would speak of the other one. */
const demandFree = async (parts: ConsoleParts, targets: readonly ByteString[]): Promise<void> => {
  const managed = (await parts.volumes()).list();
  for (const target of targets) {
    const real = realpathOf(target);
    const volume = managed.find(({ path }) => path === real || shareDisk(path, real));
    if (volume === undefined) continue;
    throw new ColdframeError('VOLUME_IN_USE', {
      message: `${real} is the disk of the volume ${volume.name}, or shares blocks with it.`,
      guidance:
        'Restore to another image. To have it in this place, forget the volume first (coldframe volume remove), and adopt the image again.',
      context: { path: real, volume: volume.name },
    });
  }
};

const realpathOf = (path: ByteString): string => {
  const bytes = Buffer.from(path, 'latin1');
  return statSync(bytes, { throwIfNoEntry: false }) === undefined ? displayText(path) : realpathSync(bytes, 'utf8');
};

const elementOf = (volume: string): ByteString => joinBytes('/' as ByteString, byteStringFromText(volume));

const kindOf = (path: ByteString): 'folder' | 'device' | 'image' => {
  const stat = statSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false });
  if (stat?.isDirectory()) return 'folder';
  if (stat === undefined || stat.isFile()) return 'image';
  if (stat.isBlockDevice()) return 'device';
  throw usage(`${displayText(path)} is neither a file nor a folder`, 'Choose another place.');
};

const usage = (what: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message: `${what}.`, guidance });
