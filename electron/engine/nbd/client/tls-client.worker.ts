import { Socket } from 'node:net';
import { connect } from 'node:tls';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { PSK_CIPHERS } from '../psk.ts';
import type { TlsSetup } from './secured.ts';
import { TlsState } from './tls-state.ts';

/** What is left is still sent for so long once nobody reads any more. */
const GRACE_MS = 1000;

const { outer, inner, user, key, memory } = threadSetup<TlsSetup>();
const state = new TlsState(memory);
const opened = (fd: number): Socket => new Socket({ fd, readable: true, writable: true });
const local = opened(inner);
const plain = opened(outer);
plain.setNoDelay(true);
const secure = connect({
  socket: plain,
  ciphers: PSK_CIPHERS,
  minVersion: 'TLSv1.2',
  pskCallback: () => ({ psk: key, identity: user }),
  checkServerIdentity: () => undefined,
});

secure.once('secureConnect', () => {
  // A certificate, whoever signed it, does not show that the server has the key.
  if (secure.getPeerX509Certificate() !== undefined) {
    secure.destroy(new Error('it shows a certificate instead of using the key'));
    return;
  }
  state.open();
  local.pipe(secure).pipe(local);
});
secure.on('error', ({ message }) => {
  state.fail(message);
  local.destroy();
});
secure.on('close', () => {
  state.fail('it was closed by the other side');
  local.destroy();
});
local.on('error', () => secure.destroy());
local.on('close', () => setTimeout(() => secure.destroy(), GRACE_MS).unref());
