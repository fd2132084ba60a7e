import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { parse } from 'yaml';
import { root } from './paths.mjs';

/** What of a runtime belongs to the runtime's own demonstration, not to an application. */
const DEMONSTRATION = ['default_app.asar', 'app.asar', 'app'];

/**
 * Makes the unpacked application from a runtime that is at hand: its files, our archive in them, its fuses set as in
 * electron-builder.yml. For Linux; elsewhere electron-builder does it. Answers the program.
 */
export async function packageApp({ folder }, target) {
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    cpSync(folder, fresh, { recursive: true });
    for (const name of DEMONSTRATION) rmSync(join(fresh, 'resources', name), { recursive: true, force: true });
    await packArchive(join(fresh, 'resources/app.asar'));
    const program = join(fresh, 'coldframe');
    renameSync(join(fresh, 'electron'), program);
    await setFuses(program);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return join(target, 'coldframe');
}

/** Packs what runs: the build without its maps, and the one package with a native part, which lies beside the archive. */
async function packArchive(archive) {
  const staging = mkdtempSync(join(tmpdir(), 'coldframe-package-'));
  try {
    cpSync(join(root, 'dist'), join(staging, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') });
    const { name, productName, version, description, license, type, main } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const manifest = { name, productName, version, description, license, type, main };
    writeFileSync(join(staging, 'package.json'), JSON.stringify(manifest));
    copyFileSync(join(root, 'LICENSE'), join(staging, 'LICENSE'));
    for (const place of ['node_modules/koffi', 'node_modules/@koromix']) copyPackage(place, staging);
    // Out of the staging folder it finds nothing but what is packed.
    createRequire(join(staging, 'dist/main.js'))('koffi');
    await createPackageWithOptions(staging, archive, { unpack: '*.node' });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function copyPackage(place, staging) {
  const from = join(root, place);
  if (!existsSync(from)) return;
  mkdirSync(join(staging, 'node_modules'), { recursive: true });
  cpSync(from, join(staging, place), { recursive: true, filter: (path) => !path.endsWith('/koffi/doc') });
}

/** The fuses of electron-builder.yml, by their number. */
export function fuses() {
  const { electronFuses } = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  const numbered = Object.entries(electronFuses).map(([name, on]) => {
    const fuse = FuseV1Options[`${name[0].toUpperCase()}${name.slice(1)}`];
    if (fuse === undefined) throw new Error(`electron-builder.yml names a fuse that there is not: ${name}.`);
    return [fuse, on];
  });
  return Object.fromEntries(numbered);
}

/** Takes away what nobody needs of the runtime. The archive's digest, which integrity is checked by, is put in by electron-builder alone. */
async function setFuses(program) {
  const { [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: _, ...set } = fuses();
  await flipFuses(program, { version: FuseVersion.V1, ...set });
}
