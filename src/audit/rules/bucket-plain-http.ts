import { boundedDecider, type PolicySources } from '../../evaluate/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import type { AuditBucket, AuditDocuments } from '../../model/audit-documents.ts';
import type { RequestContext } from '../../model/decision.ts';
import type { JsonObject } from '../../model/policy.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { statementsOf, textsOf } from '../facts/statements.ts';
import { rcpsOf } from '../facts/strangers.ts';
import { blindTo, listed } from '../facts/words.ts';
import type { AuditContext } from '../types.ts';

/** A request over plain HTTP of somebody who is no AWS service. Nothing else is known of it. */
const CONTEXT: RequestContext = {
  'aws:SecureTransport': 'false',
  'aws:PrincipalIsAWSService': 'false',
  'aws:ViaAWSService': 'false',
};
const KNOWN: ReadonlySet<string> = new Set(Object.keys(CONTEXT).map((key) => key.toLowerCase()));

const OBJECT_ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectVersion'] as const;

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };
const ALLOWED = { Version: '2012-10-17', Statement: [EVERYTHING] };

/** A key that no pattern was written for. */
const SAMPLE = '~plain~http~';

export const bucketPlainHttp = defineRule({
  id: 'bucket-plain-http',
  question: 'hygiene',
  severity: 'warning',
  title: 'The bucket refuses plain HTTP',
  why: 'S3 answers on port 80, too. A request that somebody configured that way shows the contents of files, and signatures, to the whole way between. ChannelMix comes by HTTPS, so that a policy which refuses the rest costs nothing. Whether it is refused is decided as S3 would decide it, whatever the statement looks like.',
  docs: s3Guide('security-best-practices.html'),
  controls: [...cis('2.1.1', '2.1.1'), hub('S3.5')],
  messages: {
    open: {
      message: 'Nothing refuses requests to bucket {bucket} over plain HTTP.',
      fix: 'Add to the bucket policy a Deny for Principal "*", Action "s3:*", Resource the bucket and its objects, with the condition Bool aws:SecureTransport "false"; `channelmix-s3 generate` makes buckets with it.',
    },
    partly: {
      message: 'Bucket {bucket} refuses plain HTTP in part only; not refused for everybody: {actions}.',
      fix: 'Make the statement a Deny for Principal "*", Action "s3:*", Resource {arn} and {arn}/*, with no other condition than Bool aws:SecureTransport "false".',
    },
  },
  *check(context) {
    for (const bucket of context.documents.buckets) {
      yield* blindTo(bucket.policy);
      if (bucket.policy.state === 'unreadable') continue;
      const asked = requestsTo(bucket, context);
      const isRefused = refuser(bucket, context.documents);
      const open = asked.filter((one) => !isRefused(one));
      if (open.length === 0) continue;
      const arn = context.arnOf(bucket);
      const actions = listed(open.map(({ action }) => action));
      const message = open.length === asked.length ? 'open' : 'partly';
      yield { message, about: arn, key: 'http', data: { bucket: bucket.name, actions, arn } };
    }
  },
});

interface PlainRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** Of everybody and of the principal itself, for the bucket, a key like any, and one for each pattern of the policy. */
function requestsTo(bucket: AuditBucket, { documents, arnOf }: AuditContext): readonly PlainRequest[] {
  const arn = arnOf(bucket);
  const patterns = ownStatements(bucket).flatMap(({ Resource, NotResource }) => [
    ...textsOf(Resource),
    ...textsOf(NotResource),
  ]);
  const samples = patterns.map((pattern) => pattern.replace(/[*?]/g, '~'));
  const objects = new Set([`${arn}/${SAMPLE}`, ...samples.filter((sample) => sample.startsWith(`${arn}/`))]);
  return ['*', documents.principal.arn].flatMap((principal) => [
    { principal, action: 's3:ListBucket', resource: arn },
    ...[...objects].flatMap((resource) => OBJECT_ACTIONS.map((action) => ({ principal, action, resource }))),
  ]);
}

function ownStatements({ policy }: AuditBucket): readonly JsonObject[] {
  return policy.state === 'read' ? statementsOf(policy.value).map(({ statement }) => statement) : [];
}

/** Whether nothing that anybody allows helps: everything is allowed, but for what the bucket's policy and the organization deny. */
function refuser(bucket: AuditBucket, documents: AuditDocuments): (request: PlainRequest) => boolean {
  const document = {
    Version: '2012-10-17',
    Statement: [...ownStatements(bucket), { ...EVERYTHING, Principal: '*' }],
  };
  const owner = bucket.owner.state === 'read' ? { resourceAccount: bucket.owner.value } : {};
  const sources: PolicySources = {
    identity: [{ name: 'everything', document: ALLOWED }],
    resource: { name: 'bucket policy', kind: 'bucket', document },
    ...rcpsOf(documents),
  };
  const isKnown = (key: string): boolean => KNOWN.has(key);
  const deciders = new Map<string, ReturnType<typeof boundedDecider>>();
  return ({ principal, ...asked }) => {
    const decide = deciders.get(principal) ?? boundedDecider({ principal, context: CONTEXT }, sources, { isKnown });
    deciders.set(principal, decide);
    return decide({ ...asked, ...owner }).decision === 'deny';
  };
}
