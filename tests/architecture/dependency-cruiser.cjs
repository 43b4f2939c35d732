// Who may know whom. The core knows nothing; ports know the core's types; everybody else knows ports and core; only the
// composition roots know implementations. tests/architecture/directions.test.ts plants a violation of each rule.

const IMPLEMENTATIONS = '^(src/drivers/|adapters/)';
/** The composition root and the command line, whose commands lie in a folder of their own. */
const COMPOSERS = '^src/(main\\.ts|cli\\.ts|cli/)';
/** What the core may use besides itself: arithmetic, and libraries that only turn values into values. */
const PURE = ['^src/core/', '^(node:)?(crypto|buffer)$', '^node_modules/zod/'];
/** Folders that each hold one capability beside the exchange, from its rules to its commands. */
const CAPABILITIES = '^src/(accounts|desk|reports|custody)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle is one thing in two files, or two things that are not told apart.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'What decides must be decidable from its arguments alone.',
      from: { path: '^src/core/' },
      to: { pathNot: PURE },
    },
    {
      name: 'texts-see-core',
      severity: 'error',
      comment: 'Words belong to the closed sets of the core; faces, commands and the console all show the same ones.',
      from: { path: '^src/texts/' },
      to: { pathNot: ['^src/texts/', '^src/core/'] },
    },
    {
      name: 'api-sees-core-and-texts',
      severity: 'error',
      comment: 'The contract is read by servers, clients and browsers, so it can need none of them.',
      from: { path: '^src/api/' },
      to: { pathNot: ['^src/api/', '^src/core/', '^src/texts/', '^node_modules/zod/'] },
    },
    {
      name: 'console-sees-api-and-texts',
      severity: 'error',
      comment: 'The console is a client of the interface like any other.',
      from: { path: '^src/console/' },
      to: { path: '^(src/(?!console/|api/|texts/)|adapters/|certs/|tests/)' },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'What a capability decides must be decidable from arguments alone.',
      from: { path: `${CAPABILITIES}rules\\.ts$` },
      to: { pathNot: ['^src/core/', '^(node:)?crypto$'] },
    },
    {
      name: 'capabilities-do-not-know-each-other',
      severity: 'error',
      from: { path: CAPABILITIES },
      to: { path: CAPABILITIES, pathNot: '^src/$1/' },
    },
    {
      name: 'capabilities-are-known-by-composers-and-faces',
      severity: 'error',
      comment: 'The exchange works without them. A driver knows the port that it implements.',
      from: { path: '^(src|adapters|certs)/', pathNot: [CAPABILITIES, COMPOSERS, '^src/http/[^/]+/', '^src/drivers/'] },
      to: { path: CAPABILITIES },
    },
    {
      name: 'drivers-know-ports-of-capabilities',
      severity: 'error',
      from: { path: '^src/drivers/' },
      to: { path: CAPABILITIES, pathNot: `${CAPABILITIES}store\\.ts$` },
    },
    {
      name: 'use-cases-do-not-know-loops',
      severity: 'error',
      comment: 'A loop calls a use case; a face calls the same one.',
      from: { path: '^src/gateway/' },
      to: { path: '^src/workers/' },
    },
    {
      name: 'http-kernel-does-not-know-its-interfaces',
      severity: 'error',
      comment: 'The composition root hands them to it.',
      from: { path: '^src/http/[^/]+$' },
      to: { path: '^src/http/[^/]+/' },
    },
    {
      name: 'interfaces-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/http/([^/]+)/' },
      to: { path: '^src/http/[^/]+/', pathNot: '^src/http/$1/' },
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'A port promises; it does nothing.',
      from: { path: '^src/ports/' },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ports-see-core',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { path: '^(src/(?!core/|ports/)|adapters/|certs/|tests/)' },
    },
    {
      name: 'adapters-see-ports-and-core',
      severity: 'error',
      comment: 'A kind of connected system can be added and removed without touching the rest.',
      from: { path: '^adapters/' },
      to: { path: '^(src/(?!core/|ports/)|certs/|tests/)' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/[^/]+/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'drivers-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/drivers/([^/]+)/' },
      to: { path: '^src/drivers/[^/]+/', pathNot: '^src/drivers/$1/' },
    },
    {
      name: 'only-main-composes',
      severity: 'error',
      comment: 'Everybody else takes a port and does not know what stands behind it.',
      from: { path: '^(src|certs)/', pathNot: ['^src/drivers/', COMPOSERS] },
      to: { path: IMPLEMENTATIONS },
    },
    {
      name: 'product-does-not-know-tests',
      severity: 'error',
      from: { path: '^(src|adapters|certs)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'An installation without development packages would miss it.',
      from: { path: '^(src|adapters|certs)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unlisted-dependencies',
      severity: 'error',
      comment: 'It works by the accident of what another package needs.',
      from: { path: '^(src|adapters|certs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { pathNot: '^tests/architecture/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
