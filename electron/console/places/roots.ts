import { homedir } from 'node:os';
import { type ByteString, baseOf, byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { listDrives } from '../../platform/drives/drives.ts';
import { pathView } from '../paths.ts';

/** The drives of this machine, as the contract has them. */
export const placeRoots = async (): Promise<OutputOf<'place.roots'>> => {
  const { source, drives } = await listDrives();
  return {
    source,
    home: pathView(byteStringFromText(homedir())),
    drives: drives.map(({ places, ...drive }) => ({
      ...drive,
      mountPoints: places.map(({ path, ...place }) => ({
        ...pathView(path as ByteString),
        label: displayText(baseOf(path as ByteString)) || '/',
        ...place,
      })),
    })),
  };
};
