import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { secretStore } from '../../platform/secret-store.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { NoticeSecrets } from './secrets.ts';

/** A session with an unlocked keyring: says the address of its bus, and ends with its standard input. */
const SESSION = `printf pw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null; kill 0`;

describeWithPeers('secrets in a keyring', ['secret-tool', 'gnome-keyring-daemon', 'dbus-run-session'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-keyring-'));
  let session: ChildProcess;

  beforeAll(async () => {
    session = spawn('dbus-run-session', ['--', 'sh', '-c', SESSION], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: folder },
      detached: true,
    });
    const lines = createInterface({ input: session.stdout as NodeJS.ReadableStream });
    const [address] = (await once(lines, 'line')) as [string];
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    session.stdin?.end();
    if (session.exitCode === null) await once(session, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a notice keeps its secret there and not in the file, and finds it again', async () => {
    const scene = new ConsoleScene();
    const url = 'https://chat.example.org/very-secret';
    const target = { kind: 'webhook' as const, format: 'slack' as const };
    const secrets = { secrets: { notice: url } };
    const added = await scene.call('notice.add', { name: 'chat', target }, secrets);
    expect(added).toMatchObject({ warnings: [], notice: { where: 'chat.example.org' } });
    const file = join(scene.console.home, 'notice-secrets.json');
    expect(readFileSync(file, 'utf8')).not.toContain('very-secret');
    const { id } = added.notice;
    // As another process sees it.
    const other = () => new NoticeSecrets(file, secretStore());
    expect(await other().get(id)).toBe(url);
    await expect(new NoticeSecrets(file, null).get(id)).rejects.toThrow('no session');

    const open = await scene.call('notice.add', { name: 'open', target, secretIn: 'file' }, secrets);
    expect(open.warnings).toMatchObject([{ code: 'SECRET_IN_FILE' }]);
    expect(readFileSync(file, 'utf8')).toContain('very-secret');
    await scene.call('notice.remove', { notice: 'chat' });
    expect(await secretStore()?.get(`notice-${id}`)).toBe(null);
    expect(await other().get(open.notice.id)).toBe(url);
  });

  test('a store that does not answer is told, and a new secret is kept in the file with the reason', async () => {
    const file = join(folder, 'secrets.json');
    const secrets = new NoticeSecrets(file, secretStore());
    await secrets.put('a', 'first', { label: 'a', file: false });
    const address = process.env.DBUS_SESSION_BUS_ADDRESS;
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${join(folder, 'nobody')}`);
    onTestFinished(() => {
      vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
    });
    await expect(new NoticeSecrets(file, secretStore()).get('a')).rejects.toThrow('secret-tool');
    const kept = await secrets.put('b', 'second', { label: 'b', file: false });
    expect(kept).toMatchObject({ in: 'file', reason: expect.stringContaining('secret-tool') });
    expect(await secrets.get('b')).toBe('second');
  });
});
