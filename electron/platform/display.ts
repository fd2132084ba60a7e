/** Whether this process can show windows: on Linux when a display server is named, elsewhere unless it came in over SSH. */
export const hasDisplay = (
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean => {
  if (platform === 'win32' || platform === 'darwin') return !env.SSH_CONNECTION;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
};
