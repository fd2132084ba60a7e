// Ctrl-C on a terminal reaches the whole process group, and npm and the launcher pass it on once more:
// the console would take the echo for an impatient second one. Repeats within this time count as one.
const echoMs = 300;
const lastSeen = new Map();
const emit = process.emit.bind(process);

process.emit = function emitOnce(name, ...rest) {
  if (name === 'SIGINT' || name === 'SIGTERM' || name === 'SIGHUP') {
    const now = performance.now();
    const isEcho = now - (lastSeen.get(name) ?? -Infinity) < echoMs;
    lastSeen.set(name, now);
    if (isEcho) return true;
  }
  return emit(name, ...rest);
};
