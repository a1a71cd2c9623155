// Who may import whom. A rule that stands in the way is a question about the design, not an obstacle: the reason stands with it.
/** Everything under src except the parts named. */
const notIn = (...parts) => `^src/(?!(${parts.join('|')})(/|\\.ts$))`;
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: notIn(from, ...allowed) },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no reading order and breaks class initialisation.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'roots-import-nothing',
      comment: 'What every part may use may use none.',
      severity: 'error',
      from: { path: '^src/(errors|bytes|durable-files|plain-object)\\.ts$' },
      to: { path: '^src/' },
    },
    only(
      'proof-is-pure',
      'proof',
      ['bytes', 'errors'],
      'Checking must be readable and testable without a server, a disk or generated code.',
    ),
    {
      name: 'proof-does-no-io',
      comment:
        'A check that can do I/O can be made to depend on it. Hashing and keys are all it needs of Node.',
      severity: 'error',
      from: { path: '^src/proof/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'layout-does-not-verify',
      comment:
        'The engine builds with layout/ and must not share the checks, so that a shared mistake cannot hide.',
      severity: 'error',
      from: { path: '^src/proof/layout/' },
      to: { path: '^src/proof/verify/' },
    },
    only(
      'trust-knows-proofs-only',
      'trust',
      ['proof', 'bytes', 'durable-files', 'errors'],
      'What is trusted must not depend on how it was fetched.',
    ),
    only(
      'client-stays-low',
      'client',
      ['wire', 'proof', 'trust', 'bytes', 'errors', 'plain-object'],
      'The client moves bytes and proofs; it must not learn of entities.',
    ),
    only(
      'codec-knows-bytes',
      'codec',
      ['bytes', 'errors'],
      'The stored format outlives every other part and depends on none.',
    ),
    only(
      'codecs-are-doors',
      'codecs',
      ['codec'],
      'Sub-paths for applications: each names what it offers, and has nothing of its own.',
    ),
    {
      name: 'binary-codecs-on-request',
      comment:
        'Who stores JSON loads nothing else: the others come in as an option, from their own sub-path.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(codec|codecs|testing|cli)/' },
      to: { path: '^src/codec/(cbor|message-pack)' },
    },
    only(
      'entity-knows-codec',
      'entity',
      ['codec', 'bytes', 'errors', 'plain-object'],
      'Declaring a class must not pull in a transport.',
    ),
    only(
      'repository-on-top',
      'repository',
      ['client', 'codec', 'entity', 'proof', 'trust', 'bytes', 'errors', 'plain-object'],
      'Repositories use the client; they never speak the wire.',
    ),
    only(
      'adapters-know-entities',
      'adapters',
      ['entity', 'codec', 'bytes', 'errors', 'plain-object'],
      'A library of the application knows its classes, and nothing of how they are proven. It is handed in, never imported.',
    ),
    only(
      'import-goes-through-the-ledger',
      'import',
      ['repository', 'client', 'codec', 'entity', 'bytes', 'errors'],
      'What imports writes as an application does: by repositories, with all that is checked there.',
    ),
    only(
      'extend-names-types',
      'extend',
      ['entity', 'repository', 'errors'],
      'A sub-path for applications: it names what is typed elsewhere, and has nothing of its own.',
    ),
    only(
      'nest-on-top',
      'nest',
      ['repository', 'entity', 'client', 'open-ledger', 'testing', 'errors', 'plain-object'],
      'What Nest is given is made of what every application uses.',
    ),
    {
      name: 'frameworks-in-their-own-part',
      comment: 'Optional peers: who does not use Nest has not installed it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/nest/' },
      to: { path: 'node_modules/(@nestjs|rxjs)/' },
    },
    {
      name: 'terminus-for-health-only',
      comment: 'An optional peer of its own sub-path.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/nest/health/' },
      to: { path: 'node_modules/@nestjs/terminus/' },
    },
    {
      name: 'memory-ledgers-for-tests-only',
      comment: 'An application in production must not load what tests are made of.',
      severity: 'error',
      from: { path: '^src/nest/(?!testing/)' },
      to: { path: '^src/testing/' },
    },
    only(
      'engine-shares-the-layout-only',
      'engine',
      ['proof/layout', 'wire', 'bytes', 'durable-files', 'errors'],
      'The engine is a judge of the client: what it shared with the checking side could be wrong on both.',
    ),
    only(
      'testing-composes',
      'testing',
      ['engine', 'client', 'repository', 'entity', 'codec', 'wire', 'trust', 'proof', 'bytes', 'errors'],
      'What users test with is made of what they run, and of nothing else.',
    ),
    {
      name: 'engine-for-the-composition-only',
      comment: 'Everything else reaches an embedded ledger through a transport, as it would a server.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(engine|testing|cli)/|^src/(open|embedded)-ledger\\.ts$' },
      to: { path: '^src/engine/' },
    },
    {
      name: 'wire-for-transport-only',
      comment:
        'Generated types are shapes off the network: only the client may see them before they are checked, and only the engine answers with them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(wire|client|engine/service|testing)/' },
      to: { path: '^src/wire/' },
    },
    {
      name: 'no-barrel-from-inside',
      comment: 'A part that imports its own index invites cycles.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/$1/index\\.ts$' },
    },
    {
      name: 'nobody-imports-the-root',
      comment: 'The public index is for users.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'runtime-dependencies-only',
      comment: 'What src imports must be installed for users too.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'],
        pathNot: 'node_modules/(@opentelemetry/api|@nestjs/(common|core|terminus)|rxjs)/',
      },
    },
    {
      name: 'open-telemetry-is-optional',
      comment: 'A peer that need not be there: its types, and one import that may fail, in one place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/client/telemetry/open-telemetry' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that does not resolve is a build that will fail elsewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
