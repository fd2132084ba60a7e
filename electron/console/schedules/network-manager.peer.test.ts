import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { askNetworkManager } from './network.ts';

const BUS = (socket: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="signal"/><allow receive_sender="*"/>
</policy></busconfig>`;

/**
 * A machine of its own as far as networks go, with one link and a manager that looks after it. Without a writable /sys the manager does
 * not wait for udev, which looks after the other machine.
 */
const MACHINE = `set -e
mount -t sysfs -o ro sysfs /sys
mount -t tmpfs none /run
mkdir -p /run/NetworkManager
for folder in /etc/NetworkManager /var/lib/NetworkManager; do mount -t tmpfs none $folder; done
mkdir -p /etc/NetworkManager/system-connections /etc/NetworkManager/conf.d
printf '[main]\\nplugins=keyfile\\ndns=none\\nrc-manager=unmanaged\\nsystemd-resolved=false\\nauth-polkit=false\\n' >/etc/NetworkManager/NetworkManager.conf
ip link set lo up
ip link add out0 type veth peer name peer0
ip link set peer0 up
dbus-daemon --config-file="$0/bus.conf" --nofork &
exec NetworkManager --no-daemon`;

const programs = ['NetworkManager', 'nmcli', 'busctl', 'dbus-daemon', 'unshare', 'ip'];

describeWithPeers('a real NetworkManager', programs, () => {
  let folder: string;
  let machine: ChildProcess;
  const nmcli = (...args: string[]) => execFileSync('nmcli', args, { stdio: 'pipe', timeout: 20_000 });

  /** The manager and its bus. */
  const endMachine = async () => {
    if (machine.pid === undefined || machine.exitCode !== null || machine.signalCode !== null) return;
    process.kill(-machine.pid, 'SIGKILL');
    await once(machine, 'exit');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-network-'));
    const socket = join(folder, 'bus');
    vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', `unix:path=${socket}`);
    writeFileSync(join(folder, 'bus.conf'), BUS(socket));
    const apart = ['--net', '--mount', 'bash', '-c', MACHINE, folder];
    machine = spawn('unshare', apart, { stdio: 'ignore', detached: true });
    const answers = () => {
      try {
        return existsSync(socket) && nmcli('-t', '-f', 'RUNNING', 'general').toString().trim() === 'running';
      } catch {
        return false;
      }
    };
    for (let tries = 0; !answers() && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 100));
  }, 60_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    await endMachine();
    rmSync(folder, { recursive: true });
  });

  test('says whether its link is metered, and nothing without one or once it is gone', async () => {
    expect(await askNetworkManager()).toBe(null);
    const address = ['ipv4.method', 'manual', 'ipv4.addresses', '10.9.0.2/24', 'ipv4.gateway', '10.9.0.1'];
    nmcli('device', 'set', 'out0', 'managed', 'yes');
    nmcli(
      'connection',
      'add',
      'type',
      'ethernet',
      'ifname',
      'out0',
      'con-name',
      'out',
      ...address,
      'connection.metered',
      'yes',
    );
    nmcli('connection', 'up', 'out');
    expect(await askNetworkManager()).toBe(true);
    for (const [metered, found] of [
      ['no', false],
      // A wire is guessed to be free of charge.
      ['unknown', false],
      ['yes', true],
    ] as const) {
      nmcli('connection', 'modify', 'out', 'connection.metered', metered);
      nmcli('device', 'reapply', 'out0');
      expect(await askNetworkManager()).toBe(found);
    }
    nmcli('connection', 'down', 'out');
    expect(await askNetworkManager()).toBe(null);
    await endMachine();
    expect(await askNetworkManager()).toBe(null);
  });
});
