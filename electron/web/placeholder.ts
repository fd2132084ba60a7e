import { PROOF_HEADER, PROOF_KEY, PROOF_PREFIX, SOCKET_PROTOCOL } from '../../shared/contract/proof.ts';
import { digestOf, type RendererFile, type RendererFiles } from '../platform/renderer-files.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Coldframe</title>
<link rel="stylesheet" href="/placeholder.css">
<script type="module" src="/placeholder.js"></script>
<h1>Coldframe</h1>
<p>The console runs, but this installation was made without its screens. The command line does all that they would:
<code>coldframe --help</code>, and <code>coldframe first-run</code> for a first backup and restore.</p>
<p id="state" role="status">Connecting …</p>
</html>
`;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
`;

/** Signs in with the token of the link, takes it out of the address, and says which console answers. */
const SCRIPT = `const state = document.querySelector('#state');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);
const answer = token === null
  ? await fetch('/session', { headers: { '${PROOF_HEADER}': localStorage.getItem('${PROOF_KEY}') ?? '' } })
  : await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
if (answer.ok) {
  if (token !== null) localStorage.setItem('${PROOF_KEY}', (await answer.json()).proof);
  const protocols = ['${SOCKET_PROTOCOL}', '${PROOF_PREFIX}' + localStorage.getItem('${PROOF_KEY}')];
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket', protocols);
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.kind === 'hello') socket.send(JSON.stringify({ kind: 'call', request: 1, procedure: 'ping', input: {} }));
    if (frame.kind === 'answer') {
      const { version, host, home, pid } = frame.output;
      state.textContent = 'Connected to Coldframe ' + version + ' on ' + host + ', process ' + pid + ', home ' + home + '.';
    }
  };
  socket.onclose = () => { state.textContent = 'The connection to the console was lost. Reload the page to try again.'; };
} else {
  const { error } = await answer.json();
  state.textContent = error.message + ' ' + error.guidance;
}
`;

const file = (type: string, text: string): RendererFile => {
  const content = Buffer.from(text);
  return { type: `${type}; charset=utf-8`, digest: digestOf(content), immutable: false, content, encoded: {} };
};

/** What is served where the screens were not built: a page that says so. */
export const placeholderFiles = (): RendererFiles =>
  new Map([
    ['/', file('text/html', PAGE)],
    ['/placeholder.css', file('text/css', STYLE)],
    ['/placeholder.js', file('text/javascript', SCRIPT)],
  ]);
