import { readFileSync } from 'node:fs';
import { durableWrite } from '../platform/durable-write.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** The port at which a home was served last at an address; null when it was not, or what was noted was spoilt. */
export const lastPort = (file: string, host: string): number | null => {
  try {
    const { host: noted, port } = JSON.parse(readFileSync(file, 'utf8')) as Place;
    return noted === host && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
  } catch {
    return null;
  }
};

/** Notes where a home is served. A home whose disk is full is served all the same. */
export const noteLastPort = (file: string, place: Place): void => {
  try {
    if (lastPort(file, place.host) !== place.port) durableWrite(file, JSON.stringify(place));
  } catch {
    // Pages that are open then do not find the next console by themselves: that is all that is lost.
  }
};
