import { padEven } from './container.ts';

const RECORD_BYTES = 32_768;

/** The README of a tape, as records: plain text of at most 32,768 bytes each, padded with a newline to an even length. */
export const encodeReadme = (volume: string, vaultName: string, sealed: boolean): Buffer[] => {
  const text = Buffer.from(readmeText(volume, vaultName, sealed));
  const records: Buffer[] = [];
  for (let at = 0; at < text.length; at += RECORD_BYTES)
    records.push(Buffer.from(padEven(text.subarray(at, at + RECORD_BYTES), 0x0a)));
  return records;
};

const readmeText = (volume: string, vaultName: string, sealed: boolean): string => `COLDFRAME BACKUP TAPE ${volume}
===========================

This is tape ${volume} of the backup vault "${vaultName}", written by Coldframe.
${sealed ? 'It is sealed: restoring needs the passphrase of the vault, or its recovery code.' : 'It is not sealed: whoever holds it can read it.'}

HOW TO RESTORE
--------------
With Coldframe: open the vault folder.
Without Coldframe: with Node.js 18 or later and the file rescue.mjs, which lies in every vault folder:

    node rescue.mjs                        what is here
    node rescue.mjs restore SET --to DIR   puts a set back
    node rescue.mjs --help                 everything else

A .tap file, or a copy of the vault folder, is all that it needs. All tapes of a backup are needed; "list" says which.

THE FORMAT IN SHORT
-------------------
All integers are little-endian. In a .tap file each record is: u32 length, data, u32 length; a length of 0 is a file mark.

tape file 0     VOL1 and HDR1, ANSI X3.27 labels of 80 bytes
tape file 1     this text
tape file 2     node header: JSON; vault, tape, format version, envelopes of the key
tape file 3...  one chunk each: header record of 176 bytes (CFCHUNK1), data records of at most 262,144 bytes that
                join to a payload, trailer record of 48 bytes (CFCHEND1, CRC-32 of the payload)
then            tape directory: JSON; every chunk with its place
last            EOF1 or EOV1, envelopes, catalog of the sets on this tape, trailer of 64 bytes (CFTAPEND)

A payload is a row of units: a frame of 40 bytes (CFU1; codec 0 none, 1 zstd, 2 zlib; unit number; plain length; body
length; nonce; CRC-32 of the body; CRC-32 of the frame) and the body. On a sealed tape bodies are AES-256-GCM.
Unit 0 of a data chunk lists the elements in it; the others hold their content. Chunks of kind "metadata" hold, all
parts in order, the list of a whole set: elements, attributes, and for each run of content its chunk, unit, offset
and SHA-256 digest.

The complete description is docs/MEDIA-FORMAT.md of the Coldframe sources, version 1 of the format.
`;
