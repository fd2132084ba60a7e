import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NbdServer, type ServerOptions } from '../server.ts';

/** A server with a folder of its own; all of it goes with `end`. */
export class Serving {
  readonly folder = mkdtempSync(join(tmpdir(), 'coldframe-nbd-'));
  readonly server: NbdServer;

  static async start(options: ServerOptions = {}): Promise<Serving> {
    const serving = new Serving(options);
    await serving.server.listen({ kind: 'unix', path: serving.path('nbd.sock') });
    return serving;
  }

  constructor(options: ServerOptions) {
    this.server = new NbdServer(options);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes a sparse image and serves it under its name; gives its path. */
  image(name: string, size: number, readOnly = false): string {
    const path = this.path(name);
    writeFileSync(path, '');
    truncateSync(path, size);
    this.server.addExport(name, { kind: 'file', path, readOnly });
    return path;
  }

  /** How peers name an export. */
  uri(name: string): string {
    return `nbd+unix:///${name}?socket=${this.path('nbd.sock')}`;
  }

  async end(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
