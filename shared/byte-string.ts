declare const byteString: unique symbol;
/**
 * A name or path as raw bytes, held in a string whose characters are one byte each (0 to 255). Names are bytes on the
 * systems we protect, and a string is the cheapest thing to join, compare and look up. Never show one to a person:
 * `displayText` decodes it.
 */
export type ByteString = string & { readonly [byteString]: true };

/** Bytes as a ByteString. Plain ASCII looks the same in both. */
export const byteStringOf = (bytes: Uint8Array): ByteString => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text as ByteString;
};

/** The bytes of a ByteString. */
export const bytesOf = (text: ByteString): Uint8Array => {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
};

/** Text that a person typed, as the bytes of its UTF-8 encoding. */
export const byteStringFromText = (text: string): ByteString => byteStringOf(new TextEncoder().encode(text));

/** For people: decoded as UTF-8, with U+FFFD for what is not. */
export const displayText = (text: ByteString): string => new TextDecoder('utf-8').decode(bytesOf(text));

/** Whether `displayText` loses nothing. */
export const isUtf8 = (text: ByteString): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(text));
    return true;
  } catch {
    return false;
  }
};

/** Joins a directory and a name; the root directory is `/`. */
export const joinBytes = (directory: ByteString, name: ByteString): ByteString =>
  (directory === '/' ? `/${name}` : `${directory}/${name}`) as ByteString;

/** The directory part of an absolute path; that of `/` is `/`. */
export const parentOf = (path: ByteString): ByteString => {
  const slash = path.lastIndexOf('/');
  return (slash <= 0 ? '/' : path.slice(0, slash)) as ByteString;
};

/** The last part of an absolute path; that of `/` is empty. */
export const baseOf = (path: ByteString): ByteString => path.slice(path.lastIndexOf('/') + 1) as ByteString;
