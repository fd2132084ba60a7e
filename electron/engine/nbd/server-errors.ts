import { ColdframeError } from '../../../shared/errors.ts';
import { addressText, type SocketAddress } from '../../platform/socket-address.ts';

export const exportExists = (name: string): ColdframeError =>
  new ColdframeError('EXPORT_EXISTS', {
    message: `“${name}” is served already.`,
    guidance: 'Take it away first, or give the export another name.',
    context: { export: name },
  });

export const badName = (name: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `“${name.slice(0, 80)}” cannot be the name of an export.`,
    guidance: 'Choose a name of at most 4096 bytes, without NUL.',
  });

export const exportBusy = (name: string): ColdframeError =>
  new ColdframeError('EXPORT_BUSY', {
    message: `“${name}” is no longer served, but a request of a client on it has not ended.`,
    guidance:
      'Its disk may not be answering; look at the system log. No further request of a client will be carried out.',
    context: { export: name },
  });

export const cannotListen = (address: SocketAddress, why: string, cause?: unknown): ColdframeError =>
  new ColdframeError('CANNOT_LISTEN', {
    message: `Volumes cannot be served at ${addressText(address)}: ${why}`,
    guidance:
      address.kind === 'unix'
        ? 'Choose another path for the socket, of less than 108 bytes, in a folder that you may write to.'
        : 'Choose another address or port; port 0 takes any that is free.',
    context: { address: addressText(address) },
    cause,
  });
