/**
 * What the command line's Node is started with: heaps that favour size, and a small young generation, for its
 * threads work on buffers outside the heaps. V8 must not be told so later: Node warns that flags which
 * change in a running process may crash it.
 */
export const nodeFlags = ['--optimize-for-size', '--max-semi-space-size=4'];
