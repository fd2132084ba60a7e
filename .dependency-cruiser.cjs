const stations = ['selection', 'snapshot', 'extents', 'blockset', 'mover', 'tape', 'catalog', 'restore'];
const packages = ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-bundled', 'npm-unknown'];

/** A rule by what it allows: `from` may import these folders and files, Node and packages, and nothing else. */
const only = (name, comment, from, folders, allowedPackages = packages) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: {
    pathNot: folders.map((at) => (at.endsWith('.ts') ? `^${at}$` : `^${at}/`)),
    dependencyTypesNot: allowedPackages,
  },
});

const engine = (name) => `electron/engine/${name}`;
const base = ['shared', 'electron/platform'];

/** What a station may use beside those before it: the mover reads exports of other servers. */
const beside = { mover: ['nbd/client'] };

const stationRules = stations.map((station, place) =>
  only(
    `station-${station}`,
    'A station imports only itself and the stations before it: the way of the data runs one way.',
    `^${engine(station)}/`,
    [...[...stations.slice(0, place + 1), ...(beside[station] ?? [])].map(engine), ...base],
  ),
);

module.exports = {
  forbidden: [
    ...stationRules,
    only(
      'nbd',
      'NBD serves volumes, frozen images and block sets: it knows snapshots, extents and restores.',
      `^${engine('nbd')}/`,
      [...['nbd', 'snapshot', 'extents', 'restore'].map(engine), ...base],
    ),
    only(
      'nbd-client',
      'The mover reads by the client, so that knows no more than the mover may: the protocol, files of keys, and what a device is.',
      `^${engine('nbd')}/client/(?!.*\\.test\\.ts$)`,
      [
        ...['nbd/client', 'snapshot', 'nbd/protocol.ts', 'nbd/psk.ts', 'nbd/wire-buffer.ts', 'nbd/wire-error.ts'].map(
          engine,
        ),
        ...base,
      ],
    ),
    {
      name: 'engine-without-shells',
      comment: 'The engine runs the same in every shell, so it knows none.',
      severity: 'error',
      from: { path: '^electron/engine/' },
      to: { path: '^electron/(console|cli|web|desktop)/' },
    },
    {
      name: 'shared-pure',
      comment: 'The renderer uses shared/ too: only itself and zod.',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^shared/', '^(node_modules/)?zod(/|$)'] },
    },
    {
      name: 'shared-tests',
      comment: 'Tests of shared/ may use packages, but no other part of the product.',
      severity: 'error',
      from: { path: '^shared/.*\\.test\\.ts$' },
      to: { path: '^(electron|renderer)/' },
    },
    only('platform', 'One place per OS difference, below everything else.', '^electron/platform/', base),
    only('console', 'Use-cases know the engine, but no shell.', '^electron/console/', [
      'electron/console',
      'electron/engine',
      ...base,
    ]),
    only('cli', 'Commands call use-cases, not the engine; `serve` starts the web shell.', '^electron/cli/', [
      'electron/cli',
      'electron/web',
      'electron/console',
      ...base,
    ]),
    only('web', 'The web shell calls use-cases, not the engine.', '^electron/web/', [
      'electron/web',
      'electron/console',
      ...base,
    ]),
    only(
      'desktop',
      'The desktop shell calls use-cases, not the engine, and knows no other shell.',
      '^electron/desktop/',
      ['electron/desktop', 'electron/console', ...base],
    ),
    only('desktop-entries', 'The entry points put the desktop shell together.', '^electron/(main|preload)\\.ts$', [
      'electron/desktop',
      'electron/console',
      ...base,
    ]),
    {
      name: 'electron-in-desktop-only',
      comment: 'Everything else also runs without Electron.',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/', pathNot: '^electron/(main\\.ts|preload\\.ts|desktop/)' },
      to: { path: '(^|/)node_modules/electron(/|$)|^electron$' },
    },
    only(
      'renderer',
      'The renderer reaches the console through the contract.',
      '^renderer/',
      ['renderer', 'shared'],
      packages.slice(1),
    ),
    {
      name: 'no-circular',
      comment: 'A cycle has no first station.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
