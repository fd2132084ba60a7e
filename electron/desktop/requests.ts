import {
  DESKTOP_REQUESTS,
  type DesktopInput,
  type DesktopOutput,
  type DesktopReply,
  type DesktopRequest,
} from '../../shared/desktop/requests.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';

/** Serves every request of the page: what is missing here does not compile. */
export type DesktopHandlers = { readonly [R in DesktopRequest]: (input: DesktopInput<R>) => Promise<DesktopOutput<R>> };

/** Answers a request of the page as it came, checked; what goes wrong is an answer, too. */
export const answerRequest = async (
  handlers: DesktopHandlers,
  request: unknown,
  input: unknown,
): Promise<DesktopReply> => {
  try {
    if (typeof request !== 'string' || !Object.hasOwn(DESKTOP_REQUESTS, request)) throw refused(String(request));
    const name = request as DesktopRequest;
    const parsed = DESKTOP_REQUESTS[name].input.safeParse(input);
    if (!parsed.success) throw refused(name);
    return { ok: true, output: await (handlers[name] as (input: unknown) => Promise<unknown>)(parsed.data) };
  } catch (thrown) {
    return failed(asColdframeError(thrown));
  }
};

/** What a page is told that is not ours. */
export const notOurPage = (): DesktopReply =>
  failed(
    new ColdframeError('ORIGIN_REFUSED', {
      message: 'Only the page of the desktop window may ask this.',
      guidance: 'Start Coldframe again.',
    }),
  );

const failed = (error: ColdframeError): DesktopReply => {
  const { code, kind, message, guidance, context } = error.toData();
  return { ok: false, error: { code, kind, message, guidance, context } };
};

const refused = (request: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The desktop window was asked for ${JSON.stringify(request.slice(0, 64))} in a form that it does not know.`,
    guidance: 'Load the page again.',
  });
