import { nameOf } from '../../stores/paths.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { addressOf } from './attach-lines.ts';

/** Where something is served. */
export const placeWords = (uri: string): string => {
  const address = addressOf(uri);
  const place = address.kind === 'unix' ? words.atSocket(address.socket) : words.atPort(address.host, address.port);
  return address.encrypted ? `${place}, ${words.encrypted}` : place;
};

/** The same for a narrow column: of a socket the name without its folder. */
export const shortPlaceWords = (uri: string): string => {
  const address = addressOf(uri);
  return address.kind === 'unix' ? words.atSocket(nameOf(address.socket)) : placeWords(uri);
};
