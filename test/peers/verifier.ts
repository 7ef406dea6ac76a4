import type { Check, VerifyReport } from '../../src/model/check.ts';
import { collectReport, createVerifyPorts, readVerifyTarget, verify } from '../../src/verify/index.ts';
import type { Stage } from './stage.ts';
import type { Verdict } from './verdicts.ts';

/** What our verifier says of a stage, as the one who calls there. */
export function verifyStage(stage: Stage): Promise<VerifyReport> {
  const { grant, peer, caller } = stage;
  const who = grant.way === 'role' ? { roleArn: stage.principalArn } : { accessKeyId: caller.accessKeyId };
  const target = readVerifyTarget({
    ...who,
    bucket: stage.bucket,
    prefixes: grant.prefixes,
    access: grant.access,
    // Full access opens every bucket: verify refuses the flag then.
    otherBucket: grant.access === 'full' ? undefined : stage.otherBucket,
  });
  const ports = createVerifyPorts({ endpointUrl: peer.endpoint, region: 'us-east-1', credentials: caller });
  return collectReport(verify({ target, ports, waitMs: 0 }));
}

/** The calls of the job that exercise the same permission as a check. */
const CALLS_OF_CHECK: Readonly<Record<string, readonly string[]>> = {
  'assume-role': ['assume-role'],
  'list-bucket': ['list-pages'],
  'put-object': ['put-object'],
  'get-object': ['get-range'],
  'head-object': ['head-object'],
  'multipart-upload': ['upload-file', 'abort-multipart-upload'],
  'assume-role-default': ['assume-role'],
  'get-object-range': ['get-range'],
  'put-object-as-boto3': ['put-object'],
  'overwrite-object': ['put-object'],
  'special-keys': ['put-object'],
  'abort-multipart-upload': ['abort-multipart-upload'],
  'delete-object': ['delete-object'],
  'denied:s3:ListAllMyBuckets': ['list-buckets'],
  'denied:s3:GetBucketPolicy': ['get-bucket-policy'],
  'denied:s3:GetObject': ['get-outside-object'],
  'denied:s3:ListBucket': ['list-outside-prefix', 'list-other-bucket'],
};

/** Checks that no call of the job exercises. */
const NOT_IN_JOB: ReadonlySet<string> = new Set([
  'assume-role-12h',
  'denied:s3:GetBucketAcl',
  'denied:s3:GetLifecycleConfiguration',
  'denied:s3:PutObject',
  'denied:s3:DeleteObject',
]);

function callsOf(check: Check, stage: Stage): readonly string[] {
  const calls = CALLS_OF_CHECK[check.id];
  if (calls === undefined) throw new Error(`no call of the job exercises the check ${check.id}`);
  if (check.id !== 'denied:s3:ListBucket') return calls;
  return [check.resource.endsWith(`:${stage.otherBucket}`) ? 'list-other-bucket' : 'list-outside-prefix'];
}

/** Reading or writing is tried by the job outside of a folder, and in another bucket only by a listing. */
function isComparable({ otherBucket }: Stage): (check: Check) => boolean {
  return ({ id, resource }) =>
    !NOT_IN_JOB.has(id) &&
    !(id === 'denied:s3:GetObject' && otherBucket !== undefined && resource.includes(`:${otherBucket}/`));
}

/**
 * Where the verifier and a client disagree, in words; empty when they agree. A check that the verifier skipped says nothing, and every
 * other must have an answer: an error is a disagreement.
 */
export function disagreements(report: VerifyReport, verdicts: readonly Verdict[], stage: Stage): readonly string[] {
  const denied = new Set(verdicts.filter(({ result }) => result === 'deny').map(({ call }) => call));
  const made = new Set(verdicts.map(({ call }) => call));
  return report.checks.filter(isComparable(stage)).flatMap((check) => {
    const calls = callsOf(check, stage);
    if (check.result === 'skipped' || calls.some((call) => !made.has(call))) return [];
    const client = calls.some((call) => denied.has(call)) ? 'deny' : 'allow';
    if (check.result === client) return [];
    return [`${check.id}: the verifier says ${check.result} ${check.error?.code ?? ''}, the client met ${client}`];
  });
}

/** Whether the verifier must find the grant good, as far as a client's verdicts tell. */
export function worksFor(report: VerifyReport, verdicts: readonly Verdict[], stage: Stage): boolean {
  const denied = new Set(verdicts.filter(({ result }) => result === 'deny').map(({ call }) => call));
  return report.checks.filter(isComparable(stage)).every((check) => {
    if (check.required === false) return true;
    const refused = callsOf(check, stage).some((call) => denied.has(call));
    return refused === (check.expect === 'deny');
  });
}
