/** The folder that the caller is in: npm goes to that of the package for a script, and says where it came from. */
export function callerFolder(env, script, cwd) {
  return env.npm_lifecycle_event === script && env.INIT_CWD ? env.INIT_CWD : cwd;
}
