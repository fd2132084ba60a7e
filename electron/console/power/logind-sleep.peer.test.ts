import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { followLogind } from './logind-sleep.ts';
import { openLoginManager } from './testing/login-manager.ts';

const BUS = (socket: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="signal"/><allow receive_sender="*"/>
</policy></busconfig>`;

describeWithPeers('a real bus', ['dbus-daemon', 'gdbus'], () => {
  test('a sleep that logind announces is told before it comes, and when it is over', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-logind-'));
    const socket = join(folder, 'bus');
    const locks = join(folder, 'locks');
    const inhibit = join(folder, 'systemd-inhibit');
    writeFileSync(locks, '');
    writeFileSync(inhibit, `#!/bin/sh\necho "taken $2" >> ${locks}\ncat\necho given back >> ${locks}\n`);
    chmodSync(inhibit, 0o755);
    writeFileSync(join(folder, 'bus.conf'), BUS(socket));
    const daemon = spawn('dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork'], { stdio: 'ignore' });
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      daemon.kill('SIGKILL');
      await once(daemon, 'exit');
      rmSync(folder, { recursive: true });
    });
    await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true);
    vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', `unix:path=${socket}`);
    const logind = await openLoginManager(socket);
    onTestFinished(() => logind.close());
    const locked = () => readFileSync(locks, 'utf8').trim().split('\n');
    const done: string[] = [];
    const end = followLogind(
      // It is still waited for while that is heard.
      { suspend: () => done.push(`suspend, ${locked().at(-1)}`), resume: async () => void done.push('resume') },
      inhibit,
      folder,
    );
    // Until it listens nobody hears.
    await vi.waitFor(
      () => {
        logind.prepareForSleep(true);
        expect(done).not.toEqual([]);
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(done[0]).toBe('suspend, taken --mode=delay');
    await expect.poll(() => locked().slice(0, 2)).toEqual(['taken --mode=delay', 'given back']);
    done.length = 0;
    logind.prepareForSleep(false);
    await expect.poll(() => done.at(-1)).toBe('resume');
    await expect.poll(() => locked().at(-1)).toBe('taken --mode=delay');
    end();
    await expect.poll(() => locked().at(-1)).toBe('given back');
    // What listened is gone with it.
    await new Promise((later) => setTimeout(later, 300));
    done.length = 0;
    logind.prepareForSleep(true);
    await new Promise((later) => setTimeout(later, 300));
    expect(done).toEqual([]);
  });

  test('without logind nothing is started', () => {
    const nothing = { suspend: () => undefined, resume: async () => undefined };
    expect(() => followLogind(nothing, '/nowhere/inhibit', '/nowhere/logind')()).not.toThrow();
  });
});
