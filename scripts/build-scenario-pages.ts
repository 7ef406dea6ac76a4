/**
 * Writes docs/scenarios/: one page a scenario, with what the verifier really prints about it on the sandbox, and an index. Run by
 * `npm run build:scenario-pages`; a test fails when a page is stale.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import type { DiagnosisLayer } from '../src/model/check.ts';
import { markdownBlock, markdownCode, markdownTable, markdownText } from '../src/report/markdown.ts';
import { renderVerifyReport } from '../src/report/verify-text.ts';
import { type Scenario, scenarios } from '../src/sandbox/scenarios/index.ts';
import { NOT_PROVOKED, NOT_SHOWN } from './not-provoked.ts';
import { runScenario, type ScenarioResult } from './run-scenario.ts';
import { steadyMessage, steadyReport, withoutTimes } from './steady-report.ts';

const target = new URL('../docs/scenarios/', import.meta.url);
/** Scenarios in which chance decides which calls are struck: their pages show only the checks that the scenario is about. */
const VARYING: readonly string[] = ['session-ends-midway', 'policy-flaps', 'clock-wrong', 'session-not-known-yet'];
/** Sandboxes at a time. */
const CONCURRENCY = 4;

/** Who changes what, by the layer that a diagnosis names. */
const OWNERS: Readonly<Record<DiagnosisLayer, string>> = {
  trust: 'The client: whoever looks after IAM in the account of the role changes its trust policy.',
  identity: 'The client: whoever looks after IAM in the account changes the policy of the role or user.',
  boundary: 'The client: whoever set the permissions boundary adds to it, or takes it off.',
  session: 'Whoever hands out the credentials: they are limited by a session policy.',
  scp: 'The administrator of the AWS organization. Nothing in the account itself helps.',
  rcp: 'The administrator of the AWS organization that owns the bucket. Nothing in the account itself helps.',
  'bucket-policy': 'The owner of the bucket changes the bucket policy.',
  'public-access-block': 'The owner of the bucket. Block Public Access stays on: the policy or the request changes.',
  'vpc-endpoint': 'Whoever looks after the network that the VPC endpoint belongs to.',
  kms: 'Whoever looks after the KMS key; where the policy of the role lacks it, whoever looks after IAM.',
  'kms-grant': 'Whoever looks after the KMS key makes another grant, or adds to the key policy.',
  ownership: 'Whoever sends the ACL header stops it; the bucket stays as it is.',
  'requester-pays': 'The owner of the bucket switches Requester Pays off.',
  region: 'Whoever runs the verifier names the right region.',
  'not-found': 'The client: a name is wrong, or something removes what is put.',
  credentials: 'Whoever runs the verifier: the credentials are renewed or corrected.',
  'clock-skew': 'Whoever runs the verifier sets the clock.',
  network: 'Whoever runs the verifier: network, proxy or firewall. The client need not change anything.',
  throttling: 'Nobody: run it again later.',
  consistency: 'Nobody: run it again in a minute.',
  unknown: 'Whoever runs the verifier: first find out what answers in the place of AWS.',
};

/** Every layer that a diagnosis can name. */
export const LAYERS = Object.keys(OWNERS) as readonly DiagnosisLayer[];

/** How a layer is known. */
const EVIDENCE: Readonly<Record<DiagnosisLayer, string>> = {
  trust:
    'AWS says so within the account or organization; else inferred: from the trust policy where it can be read, or as a list of causes in the order to test',
  identity: 'AWS says so within the account or organization; else inferred from what else was refused',
  boundary: 'AWS says so',
  session: 'AWS says so',
  scp: 'AWS says so',
  rcp: 'AWS says so',
  'bucket-policy': 'AWS says so within the account or organization; else inferred from whose the bucket is',
  'public-access-block': 'AWS says so for ACLs and policies; else one of the causes of a bare refusal',
  'vpc-endpoint':
    'AWS says so within the account; a bucket policy that demands an endpoint is a matter of the bucket policy',
  kms: 'AWS says so, by the action kms:… or the code KMS.…; for keys of other accounts inferred',
  'kms-grant': 'inferred from the grants of the key, where they can be read',
  ownership: 'AWS says so (AccessControlListNotSupported)',
  'requester-pays': 'inferred: the same call is allowed when it offers to pay',
  region: 'AWS says so',
  'not-found': 'AWS says so; without s3:ListBucket inferred',
  credentials: 'AWS says so',
  'clock-skew': 'AWS says so',
  network: 'inferred: no answer came, or one without a request id; for 5xx AWS says so',
  throttling: 'AWS says so',
  consistency: 'inferred: two answers of one run do not agree',
  unknown: 'nothing is claimed',
};

const GROUPS = [
  'It works',
  'AssumeRole is refused',
  'Every call to the bucket is refused',
  'Some calls are refused',
  'Something stays behind',
  'Nothing can be told',
  'The input is refused',
] as const;

/** Where a reader looks for a scenario: by what they see. */
function groupOf({ expected }: Scenario): (typeof GROUPS)[number] {
  const denied = expected.checks.filter(({ result }) => result === 'deny').map(({ id }) => id);
  if (expected.exitCode === 2) return 'The input is refused';
  if (denied.includes('assume-role')) return 'AssumeRole is refused';
  if (denied.includes('list-bucket') && denied.includes('put-object')) return 'Every call to the bucket is refused';
  if (expected.exitCode === 3) return 'Nothing can be told';
  if (expected.checks.length > 0) return 'Some calls are refused';
  return expected.exitCode === 4 ? 'Something stays behind' : 'It works';
}

function layersOf({ expected }: Scenario): readonly DiagnosisLayer[] {
  return [...new Set(expected.checks.flatMap(({ layer }) => layer ?? []))];
}

function printed(scenario: Scenario, { report, message }: ScenarioResult): string {
  if (report === undefined) return steadyMessage(message ?? '');
  if (!VARYING.includes(scenario.name)) return withoutTimes(renderVerifyReport(steadyReport(report))).trimEnd();
  const ids = scenario.expected.checks.map(({ id }) => id);
  const checks = ids.length === 0 ? report.checks : report.checks.filter(({ id }) => ids.includes(id));
  const text = renderVerifyReport(steadyReport({ ...report, checks, bucketOwner: 'unknown' }, false)).trimEnd();
  return withoutTimes(text.slice(0, text.lastIndexOf('\n'))).trimEnd();
}

function changes(scenario: Scenario): string {
  const layers = layersOf(scenario);
  const { exitCode, left = 0 } = scenario.expected;
  const texts = [
    ...layers.map((layer) => OWNERS[layer]),
    ...(scenario.who === undefined ? [] : [scenario.who]),
    ...(exitCode === 2 ? ['Whoever filled in the form corrects what the message names.'] : []),
    ...(exitCode === 3 && layers.length === 0 && scenario.who === undefined
      ? ['Whoever runs the verifier. The client need not change anything.']
      : []),
    ...(left === 0 ? [] : ['The owner of the bucket removes what stays behind, by the commands that are printed.']),
  ];
  return texts.length === 0 ? 'Nobody has to change anything.' : texts.join('\n\n');
}

function sourceLines({ sources }: Scenario): readonly string[] {
  return sources.flatMap((source) => {
    if ('page' in source) return [`- <${encodeURI(source.page)}>`];
    if (!('thread' in source)) return [];
    const [repository = '', number = ''] = source.thread.split('#');
    return [
      `- [${markdownText(source.thread)}](https://github.com/${encodeURI(repository)}/issues/${encodeURIComponent(number)})`,
    ];
  });
}

function page(scenario: Scenario, result: ScenarioResult): string {
  const { name, title, symptom, reason, expected, onlyInSandbox } = scenario;
  const layers = layersOf(scenario);
  const shown = [
    `Scenario ${markdownCode(name)}`,
    `exit code ${expected.exitCode}`,
    ...(layers.length === 0 ? [] : [`layer ${layers.map((layer) => markdownCode(layer)).join(', ')}`]),
  ];
  const elsewhere =
    onlyInSandbox === undefined
      ? 'The same data is set up on LocalEmu, too, and the same verdict is expected there (`npm run test:peers`).'
      : `Only the sandbox shows it. ${markdownText(onlyInSandbox)}`;
  return [
    `# ${markdownText(title)}`,
    shown.join(' · '),
    '## Symptom',
    markdownText(symptom),
    '## Cause',
    markdownText(reason),
    '## What the verifier prints',
    `Try it: ${markdownCode(`channelmix-s3 sandbox start --scenario ${name}`)}, then the two lines that it shows.`,
    markdownBlock(printed(scenario, result), 'text'),
    '## Who must change what',
    changes(scenario),
    elsewhere,
    '## Sources',
    sourceLines(scenario).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function index(): string {
  const rows = (group: string) =>
    scenarios
      .filter((scenario) => groupOf(scenario) === group)
      .map((scenario) => [
        `[${scenario.name}](${scenario.name}.md)`,
        markdownText(scenario.title),
        layersOf(scenario)
          .map((layer) => markdownCode(layer))
          .join(', '),
        String(scenario.expected.exitCode),
      ]);
  const layers = LAYERS.map((layer) => [markdownCode(layer), EVIDENCE[layer], OWNERS[layer]]);
  return [
    '# Scenarios',
    'States of an AWS account in which ChannelMix’s access works, or fails in a way that people have met. Each starts with `channelmix-s3 sandbox start --scenario NAME`, and its page shows what `verify` prints about it. ' +
      'The pages are generated from the scenarios (`src/sandbox/scenarios/`) and from real runs: `npm run build:scenario-pages`.',
    ...GROUPS.flatMap((group) => [
      `## ${group}`,
      markdownTable(['scenario', 'what is the matter', 'layer', 'exit code'], rows(group)),
    ]),
    '## Layers',
    'Which layer refused, how that is known, and who changes something.',
    markdownTable(['layer', 'how it is known', 'who changes what'], layers),
    '## Not shown by a scenario',
    'Rows of the table of diagnoses that no state of the sandbox provokes, and why. Each has a case in `test/diagnose/cases.ts`.',
    markdownTable(
      ['row', 'why'],
      Object.entries(NOT_PROVOKED).map(([rule, why]) => [markdownCode(rule), why]),
    ),
    'What happens in a program of the client’s (a Python job, a Terraform or Pulumi run) is outside of what a verifier sees. It is shown by what it leaves in AWS: `trust-principal-not-there` for a role whose creation failed, `versions` for a bucket that cannot be destroyed. What leaves nothing is not shown:',
    Object.values(NOT_SHOWN)
      .map((why) => `- ${why}`)
      .join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Runs every scenario. Gives the results by name. */
export async function runScenarios(): Promise<ReadonlyMap<string, Awaited<ReturnType<typeof runScenario>>>> {
  const results = await pMap(scenarios, async (scenario) => [scenario.name, await runScenario(scenario)] as const, {
    concurrency: CONCURRENCY,
  });
  return new Map(results);
}

/** File name -> text of every page, from the results of all scenarios. */
export function scenarioPages(results: ReadonlyMap<string, ScenarioResult>): ReadonlyMap<string, string> {
  const pages = scenarios.map((scenario) => {
    const result = results.get(scenario.name);
    if (result === undefined) throw new Error(`there is no result of ${scenario.name}`);
    return [`${scenario.name}.md`, page(scenario, result)] as const;
  });
  return new Map([['README.md', index()], ...pages]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = scenarioPages(await runScenarios());
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) if (!pages.has(name)) rmSync(new URL(name, target));
  for (const [name, text] of pages) writeFileSync(new URL(name, target), text);
}
