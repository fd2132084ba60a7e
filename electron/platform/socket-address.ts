/** Where a socket listens or is connected to. */
export type SocketAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export const addressText = (of: SocketAddress): string =>
  of.kind === 'unix' ? of.path : `${of.host.includes(':') ? `[${of.host}]` : of.host}:${of.port}`;
