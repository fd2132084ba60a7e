import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import { byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { base64OfPath } from '../paths.ts';
import type { RestoreRequest, RestoreResult, VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';
import type { RestoreTarget } from './restore-target.ts';

/**
 * One volume back onto the disk of the managed volume that has its name: an image is replaced as a whole, a device is overwritten, and blocks that
 * were unprotected when the set was made stay as they are. From before the first change on the volume is out of use, and everything on it counts as changed.
 */
export const inPlace = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  request: RestoreRequest,
  asked: readonly ByteString[],
): Promise<RestoreTarget> => {
  const [path] = asked;
  if (path === undefined || asked.length > 1)
    throw usage('One volume is restored in place at a time', 'Name it, as /VOLUME.');
  const name = displayText(path).slice(1);
  const uri = await withCatalog(parts, vault, null, (catalog) => catalog.sourceOf(request.set, name));
  // A managed volume of that name would be another one.
  if (uri !== null)
    throw usage(
      `The volume ${name} was read from ${uri}, which is not written to`,
      'Restore it with --to FILE_OR_DEVICE.',
    );
  const volumes = await parts.volumes();
  const volume = volumes.show(name);
  const { path: disk, size } = volume;
  const there = existsSync(disk) ? statSync(disk) : null;
  const stored = await withCatalog(parts, vault, null, (catalog) =>
    sizeOf(catalog.list(request.set, null, FLAT), path),
  );
  if (stored !== null && stored !== size)
    throw usage(
      `The volume ${name} has ${size} bytes, and ${stored} when it was backed up`,
      'Restore it to a new image with --to FILE.',
    );
  if (volume.exports.length > 0 || volume.snapshots.length > 0) throw inUse(name);
  if (there !== null && request.onConflict === 'rename')
    throw usage('A volume in its place has no other name', 'Use --on-conflict overwrite.');
  const image = { pathBase64: base64OfPath(byteStringFromText(disk)) };
  const paths = [{ pathBase64: base64OfPath(path) }];
  const device = there?.isBlockDevice() ? { device: disk } : {};
  return {
    request: { ...request, paths, image, ...device, to: image },
    hold: async () => {
      if (there !== null && request.onConflict === 'fail') throw taken(name, disk);
      if (there !== null && request.onConflict === 'skip') return { end: async () => [] };
      // Loaded here: no short command is to wait for it.
      const { StayingBlocks } = await import('./stay-unprotected.ts');
      const unprotected = await withCatalog(parts, vault, new Float64Array(), (catalog) =>
        catalog.unprotectedOf(request.set, path),
      );
      const staying = there?.isFile() ? await StayingBlocks.of(disk, unprotected) : null;
      const held = await volumes.replace(name).catch(async (error: unknown) => {
        await staying?.close();
        throw error;
      });
      return {
        end: async (restored) => {
          const kept = restored && staying !== null ? await staying.intoNew() : [];
          await staying?.close();
          const warnings = restored && there?.isFile() ? keepOwner(disk, there) : [];
          await held.end();
          return [...kept, ...warnings];
        },
      };
    },
  };
};

const FLAT = { recursive: false } as const;

const sizeOf = (
  entries: Iterable<{ readonly path: string; readonly bytes: number }>,
  path: ByteString,
): number | null => {
  for (const entry of entries) if (entry.path === displayText(path)) return entry.bytes;
  return null;
};

/** Whoever could use the image before can use the new one. */
const keepOwner = (
  path: string,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): RestoreResult['warnings'] => {
  try {
    chownSync(path, uid, gid);
    chmodSync(path, mode & 0o7777);
    return [];
  } catch (error) {
    const why = asColdframeError(error).message;
    return [
      {
        code: 'ATTRIBUTE_NOT_SET',
        path,
        message: `The owner and mode that the image had could not be given to it: ${why}`,
      },
    ];
  }
};

const inUse = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_IN_USE', {
    message: `The volume ${volume} is served, or has snapshots that are held: it cannot be restored in place.`,
    guidance: 'End serving it and release its snapshots (coldframe snapshot list), or restore to a new image.',
    context: { volume },
  });

const taken = (volume: string, path: string): ColdframeError =>
  new ColdframeError('DESTINATION_TAKEN', {
    message: `What the volume ${volume} holds now, in ${path}, would be lost. Nothing was restored.`,
    guidance: 'Give --on-conflict overwrite if that is what you want; --dry-run shows it first.',
    context: { volume, path },
  });

const usage = (what: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message: `${what}.`, guidance });
