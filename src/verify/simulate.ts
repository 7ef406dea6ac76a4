import type { Caller } from '../aws/index.ts';
import { askPolicySimulator, readAccessDocuments, readUserOfKey } from '../aws/index.ts';
import { simulatorQuestion } from '../diagnose/index.ts';
import type { AccessDocuments, Piece, Unreadable } from '../model/access-documents.ts';
import type { VerifyReport } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import type { SimulatorAnswers, SimulatorQuestion } from '../model/simulator.ts';
import { bucketNotes, periodOf } from './bucket-state.ts';
import type { VerifyEvent } from './events.ts';
import { explainChecks } from './explain.ts';
import { blockedBy } from './outcome.ts';
import { type PlannedProbe, planChecks } from './plan.ts';
import type { VerifyPorts } from './ports.ts';
import { endOnBucket, identify } from './prepare.ts';
import { bareCheck, type CheckRecord, uncalledRecord } from './record.ts';
import { reportHead } from './report-head.ts';
import { type Judged, judgeCheck, permissionsOf } from './simulate-judge.ts';
import type { VerifyTarget } from './target.ts';

/** What is simulated, and by whom. */
export interface SimulateOptions {
  readonly target: VerifyTarget;
  /** Made by `createVerifyPorts` with the caller's own credentials, for one run: it closes them. */
  readonly ports: VerifyPorts;
  /** On the key way: whose policies are read. Its secret is not needed. */
  readonly accessKeyId?: string;
  readonly signal?: AbortSignal;
}

/**
 * Answers every check of a verify from the policies, which are read with the caller's own credentials. Nothing is changed, and no call is
 * made as the role or with the key. What a check depends on and what is not known makes it an `error`: neither allowed nor refused. The
 * report is the last event.
 *
 * @throws KitError when nothing can be answered: credentials missing or expired, no such bucket, no network, interrupted
 */
export async function* simulate(options: SimulateOptions): AsyncGenerator<VerifyEvent, void, void> {
  const { target, ports } = options;
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    yield { type: 'plan', checks: planChecks(target).checks };
    const began = ports.now();
    const date = ports.date().toISOString();
    // On the key way it is not the key that calls, either.
    const caller = await identify(ports, { way: 'role' }, signal);
    yield { type: 'caller', ...caller };
    const documents = await readDocuments(options, caller, signal);
    const key = documents.keys.find(({ because }) => because === 'default-encryption')?.arn;
    const { checks: planned } = planChecks(target, key === undefined ? {} : { kmsKeyArn: key });
    const probes = planned.filter(({ only }) => only !== 'kms' || key !== undefined);
    const heard = await askSimulator(options, documents, probes, date, signal);
    const { records, verdicts } = judgeAll(target, documents, probes, date, heard);
    for (const record of records) yield { type: 'check', node: record.check.node, check: bareCheck(record) };
    const owner = ownerOf(documents);
    const versions = documents.bucket.versioning.state === 'read';
    const { checks, remedies } = explainChecks({ target }, records, owner, caller, versions, {
      documents,
      verdicts,
      simulated: true,
    });
    const { host } = ports.clients();
    const { region } = documents.bucket;
    const report: VerifyReport = {
      ...reportHead(target, { mode: 'simulate', date, caller, host }),
      ...(region.state === 'read' ? { region: region.value } : {}),
      bucketOwner: owner,
      ok: checks.every((check) => check.ok),
      interrupted: false,
      ms: Math.round(ports.now() - began),
      notes: notesOf(documents, heard),
      checks,
      remedies,
      cleanup: { created: 0, removed: 0, left: [] },
    };
    yield { type: 'report', report };
  } finally {
    left.abort('left');
    ports.close();
  }
}

async function readDocuments(
  { target, ports, accessKeyId }: SimulateOptions,
  caller: Caller,
  signal: AbortSignal,
): Promise<AccessDocuments> {
  const principalArn = target.roleArn ?? (await userArn(ports, accessKeyId ?? '', signal));
  const documents = await readAccessDocuments(
    ports.clients,
    {
      principalArn,
      bucket: target.bucket,
      caller,
      ...(target.kmsKeyArn === undefined ? {} : { kmsKeyArn: target.kmsKeyArn }),
      ...(target.otherBucket === undefined ? {} : { otherBucket: target.otherBucket }),
    },
    signal,
  );
  const { region } = documents.bucket;
  if (region.state === 'unreadable') endOnBucket(region.why.kind, region.why.said, target.bucket, ports.clients().host);
  return documents;
}

async function userArn(ports: VerifyPorts, accessKeyId: string, signal: AbortSignal): Promise<string> {
  const user = await readUserOfKey(ports.clients(), accessKeyId, signal);
  if (user.state === 'read') return user.value;
  const why = user.state === 'unreadable' ? `${user.why.action} gave none: ${user.why.said}` : 'it has none';
  throw new KitError('credentials', `the user of the access key could not be found (${why})`, {
    hint: 'Use credentials of the account of the key that allow iam:GetAccessKeyLastUsed and iam:GetUser, or verify with the key itself.',
  });
}

/** AWS's policy simulator, for what it can judge: the principal's own policies. */
async function askSimulator(
  { target, ports }: SimulateOptions,
  documents: AccessDocuments,
  probes: readonly PlannedProbe[],
  date: string,
  signal: AbortSignal,
): Promise<SimulatorAnswers> {
  const asked = probes.flatMap((check) => permissionsOf(check, target.kmsKeyArn));
  const questions = asked.flatMap((one) => simulatorQuestion(documents, one, date) ?? []);
  const distinct = new Map(questions.map((one): [string, SimulatorQuestion] => [JSON.stringify(one), one]));
  const { kind } = documents.principal.tags.state === 'unreadable' ? documents.principal.tags.why : { kind: undefined };
  if (kind === 'not-asked' || kind === 'not-found') {
    const what = "the answer of AWS's policy simulator";
    const said = 'it knows the roles and users of its own account only';
    return { state: 'unreadable', why: { what, action: 'iam:SimulatePrincipalPolicy', kind: 'not-asked', said } };
  }
  return askPolicySimulator(ports.clients(), documents.principal.arn, [...distinct.values()], signal);
}

/** All checks, in the order of the plan. */
function judgeAll(
  target: VerifyTarget,
  documents: AccessDocuments,
  probes: readonly PlannedProbe[],
  date: string,
  heard: SimulatorAnswers,
): { readonly records: readonly CheckRecord[]; readonly verdicts: ReadonlyMap<string, Judged> } {
  const answers = heard.state === 'read' ? heard.answers : [];
  const verdicts = new Map(
    probes.map((check) => [check.node, judgeCheck(documents, check, target.kmsKeyArn, date, answers)]),
  );
  const records = probes.flatMap((check): CheckRecord[] => {
    const outcome = verdicts.get(check.node)?.outcome;
    if (outcome === undefined) return [];
    const echoed = isMissing(documents, check) ? NO_ROLE : echoOf(check, verdicts);
    return [uncalledRecord(check, echoed ?? outcome)];
  });
  return { records, verdicts };
}

const NO_ROLE = { result: 'skipped', note: 'there is no such role' } as const;

/** A role that is not there may do nothing and must be refused nothing. */
function isMissing({ principal }: AccessDocuments, { id }: PlannedProbe): boolean {
  const { trust } = principal;
  return id !== 'assume-role' && trust.state === 'unreadable' && trust.why.kind === 'not-found';
}

/** Where two checks try the same permission, one of them tells why it is not given. */
function echoOf(check: PlannedProbe, verdicts: ReadonlyMap<string, Judged>): CheckRecord['outcome'] | undefined {
  const own = verdicts.get(check.node)?.outcome.result;
  if (check.echoes === undefined || own === 'allow') return undefined;
  const other = verdicts.get(check.echoes)?.outcome.result;
  if (other !== 'deny' && other !== 'error') return undefined;
  return { result: 'skipped', note: blockedBy(check.echoes) };
}

function ownerOf({ source, principal, bucket }: AccessDocuments): VerifyReport['bucketOwner'] {
  const { owner, policy } = bucket;
  if (owner.state !== 'read') {
    // S3 says to other accounts that a bucket policy is none of their business, whatever they may do.
    const isForeign = policy.state === 'unreadable' && policy.why.code === 'MethodNotAllowed';
    return isForeign && source.readBy?.split(':')[4] === principal.account ? 'other-account' : 'unknown';
  }
  return owner.value === principal.account ? 'same-account' : 'other-account';
}

/** What the reader has to know about a report that no call stands behind. */
function notesOf(documents: AccessDocuments, heard: SimulatorAnswers): readonly string[] {
  const missing = [...unreadPieces(documents), ...(heard.state === 'unreadable' ? [heard.why] : [])];
  return [
    'simulated: no call was made as ChannelMix. Policies were read and evaluated; where requests come from, session policies and VPC endpoint policies are not known.',
    ...(missing.length === 0
      ? []
      : [`not taken into account, since it could not be read: ${missing.map(unreadText).join('; ')}.`]),
    ...settingNotes(documents),
  ];
}

/** Settings of the bucket that a call would meet beside its policies. */
function settingNotes({ bucket, keys }: AccessDocuments): readonly string[] {
  const lock = bucket.objectLock.state === 'read' ? bucket.objectLock.value : undefined;
  const { mode, days, years } = lock ?? {};
  const key = keys.find(({ because }) => because === 'default-encryption');
  return bucketNotes(
    {
      ...(mode === undefined ? {} : { retention: { mode, period: periodOf(days, years) } }),
      ...(bucket.requestPayer.state === 'read' && bucket.requestPayer.value === 'Requester'
        ? { requesterPays: true }
        : {}),
    },
    key === undefined ? undefined : { algorithm: 'aws:kms', kmsKeyArn: key.arn },
  );
}

function unreadText({ what, action, kind, said }: Unreadable): string {
  return kind === 'denied' ? `${what} (${action} was refused)` : `${what} (${said})`;
}

/** What matters for verdicts and was not read, each once. */
function unreadPieces({ principal, bucket, otherBucket, keys, organization }: AccessDocuments): readonly Unreadable[] {
  const single: readonly Piece<unknown>[] = [
    principal.trust,
    principal.boundary,
    principal.tags,
    bucket.owner,
    bucket.policy,
    bucket.encryption,
    ...(otherBucket === undefined ? [] : [otherBucket.owner, otherBucket.policy]),
    ...keys.flatMap((key) => [key.policy, key.grants, key.keyState]),
    organization.id,
    organization.scps,
    organization.rcps,
  ];
  const all = [
    ...principal.identity.unreadable,
    ...single.flatMap((piece) => (piece.state === 'unreadable' ? [piece.why] : [])),
  ];
  return [...new Map(all.map((why) => [why.what, why])).values()];
}
