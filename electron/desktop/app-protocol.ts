import { SECURITY_HEADERS } from '../../shared/browser-policy.ts';
import { APP_HOST, APP_SCHEME } from '../../shared/desktop/channels.ts';
import type { RendererFiles } from '../platform/renderer-files.ts';

/** The page of the window. */
export const PAGE_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Answers a request of the page out of the fixed list of files: one that is on it exactly, or nothing. */
export const answerFrom = (files: RendererFiles, { url, method }: Pick<Request, 'url' | 'method'>): Response => {
  if (method !== 'GET') return refused(405);
  const file = files.get(pathOf(url) ?? '');
  if (!file) return refused(404);
  return new Response(new Uint8Array(file.content), {
    status: 200,
    headers: {
      ...SECURITY_HEADERS,
      'Content-Type': file.type,
      'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
};

/** The path of an address that is ours to the letter: as it was written, before anything is resolved or decoded. */
const pathOf = (url: string): string | null => {
  const [address = ''] = url.split('#', 1);
  return address.startsWith(PAGE_URL) ? address.slice(PAGE_URL.length - 1) : null;
};

const refused = (status: number): Response =>
  new Response(null, { status, headers: { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' } });
