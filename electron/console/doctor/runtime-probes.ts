import { createCipheriv, hash, scryptSync } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { limited, type Probe, works } from './check.ts';

const area = 'Runtime';
const otherNode = 'Run Coldframe under the Node version that package.json pins.';

/** What the runtime has to bring along. */
export const runtimeProbes: readonly Probe[] = [
  {
    area,
    name: 'Node',
    remedy: otherNode,
    look: () => {
      const { node, electron } = process.versions;
      const shown = electron === undefined ? `version ${node}` : `version ${node} in Electron ${electron}`;
      if (Number.parseInt(node, 10) >= 24) return works(shown);
      return limited(`${shown}, which is older than what Coldframe is tested with`, otherNode);
    },
  },
  {
    area,
    name: 'Processors and memory',
    remedy: '',
    look: () => works(`${availableParallelism()} threads, ${Math.round(totalmem() / 1024 ** 3)} GiB`),
  },
  {
    area,
    name: 'SQLite (catalog)',
    remedy: otherNode,
    look: () => {
      const database = new DatabaseSync(':memory:');
      const version = database.prepare('SELECT sqlite_version() AS version').get()?.version;
      database.close();
      return works(`version ${String(version)}`);
    },
  },
  {
    area,
    name: 'zstd (compression)',
    remedy: `${otherNode} Until then create vaults with --codec deflate.`,
    look: () => {
      const plain = Buffer.alloc(4096, 'coldframe');
      if (!zstdDecompressSync(zstdCompressSync(plain)).equals(plain))
        throw new Error('it does not give back what it got');
      return works(`version ${process.versions.zstd}`);
    },
  },
  {
    area,
    name: 'Seals and digests',
    remedy: 'Use a Node whose OpenSSL has AES-256-GCM, scrypt and SHA-256.',
    look: () => {
      createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
      scryptSync('', 'salt', 32, { N: 1024, r: 8, p: 1 });
      hash('sha256', '');
      return works(`OpenSSL ${process.versions.openssl}`);
    },
  },
];
