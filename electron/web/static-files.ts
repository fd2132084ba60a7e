import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Encoding, RendererFile } from '../platform/renderer-files.ts';
import { send } from './responses.ts';

/** Answers a file: whole, or not at all when the browser has it; packed as the browser can unpack it. */
export const sendFile = (request: IncomingMessage, response: ServerResponse, file: RendererFile): void => {
  const encoding = encodingFor(request.headers['accept-encoding'], file);
  const content = (encoding && file.encoded[encoding]) ?? file.content;
  const tag = `"${file.digest}${encoding ? `-${encoding}` : ''}"`;
  const headers = {
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: tag,
    Vary: 'Accept-Encoding',
  };
  if (namesTag(request.headers['if-none-match'], tag)) {
    send(response, 304, headers);
    return;
  }
  send(
    response,
    200,
    {
      ...headers,
      'Content-Type': file.type,
      'Content-Length': content.length,
      ...(encoding ? { 'Content-Encoding': encoding } : {}),
    },
    content,
  );
};

const encodingFor = (accepted: string | undefined, { encoded }: RendererFile): Encoding | null => {
  const names = (accepted ?? '').split(',').flatMap((entry) => {
    const [name = '', weight = ''] = entry.toLowerCase().split(';');
    return /^\s*q=0(\.0*)?\s*$/.test(weight) ? [] : [name.trim()];
  });
  return (['br', 'gzip'] as const).find((name) => encoded[name] && names.includes(name)) ?? null;
};

const namesTag = (header: string | undefined, tag: string): boolean =>
  (header ?? '').split(',').some((entry) => entry.trim().replace(/^W\//, '') === tag);
