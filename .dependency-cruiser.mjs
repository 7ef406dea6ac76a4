/**
 * Which way imports may go (docs/decisions/0001-one-direction.md). A folder has a rank; it imports from lower ranks only, and siblings of one rank do not
 * import each other. test/house/direction.test.ts proves that the guard can fail.
 */
const ranks = [
  ['src/model'],
  ['src/documents', 'src/report', 'src/operations'],
  ['src/generate', 'src/lint', 'src/evaluate'],
  ['src/diagnose', 'src/aws', 'src/sandbox'],
  ['src/verify', 'src/audit', 'src/deploy', 'stacks'],
  // Many verifies and audits: src/fleet schedules what these do once. src/rotate verifies what it made.
  ['src/fleet', 'src/rotate'],
  ['src/cli'],
];
// The in-process runner runs the programs in stacks/; that is what it is for.
const allowedSiblings = [['src/deploy', 'stacks']];
const core = '^src/(model|documents|report|operations|generate|lint|evaluate|diagnose)/';

const rankRules = ranks.flatMap((folders, rank) =>
  folders.map((folder) => {
    const higher = ranks.slice(rank + 1).flat();
    const siblings = folders.filter(
      (other) => other !== folder && !allowedSiblings.some(([from, to]) => from === folder && to === other),
    );
    return {
      name: `rank-${rank}-${folder.replace('src/', '')}`,
      comment: `${folder} has rank ${rank}: it may import lower ranks only, so that data flows one way`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { path: `^(${[...higher, ...siblings].join('|')})/` },
    };
  }),
);

export default {
  forbidden: [
    ...rankRules.filter((rule) => rule.to.path !== '^()/'),
    {
      name: 'pure-core',
      comment: 'the core runs in a browser as it is: no SDK, no Pulumi',
      severity: 'error',
      from: { path: core },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@pulumi)/' },
    },
    {
      name: 'pure-core-builtin',
      comment: 'the core runs in a browser as it is: no built-in module of Node',
      severity: 'error',
      from: { path: core },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sdk-only-in-aws',
      comment: 'src/aws is the only place that makes AWS clients; src/deploy sends commands through them',
      severity: 'error',
      from: { path: '^(src|stacks)/', pathNot: '^src/(aws|deploy)/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy)/' },
    },
    {
      name: 'no-pulumi-outside',
      comment: '@pulumi costs a second to load and is an optional peer',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/deploy/' },
      to: { path: 'node_modules/@pulumi/' },
    },
    {
      name: 'no-oracles',
      comment: 'iam-simulate (AGPL) and cedar are judges for tests and benches: never shipped, never bundled',
      severity: 'error',
      from: { path: '^(src|stacks|scripts)/' },
      to: { path: 'node_modules/(@cloud-copilot/iam-(simulate|policy|utils)|@cedar-policy)/' },
    },
    {
      name: 'no-circular',
      comment: 'a circle has no direction',
      severity: 'error',
      from: { path: '^(src|stacks)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-from-tests',
      comment: 'what ships does not know its tests',
      severity: 'error',
      from: { path: '^(src|stacks)/' },
      to: { path: '^(test|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
