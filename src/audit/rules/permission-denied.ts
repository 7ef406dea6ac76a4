import { placeText, policyCommand } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import type { StatementRef } from '../../model/decision.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { keyOf, partitionOf } from '../expectation.ts';
import { type Need, needsOf } from '../facts/needs.ts';
import { statementOf } from '../facts/policies.ts';
import { conditionText, type Stated, textsOf } from '../facts/statements.ts';
import { capital, listed } from '../facts/words.ts';
import type { AuditContext, AuditHit } from '../types.ts';

type Message =
  | 'identity'
  | 'near'
  | 'denied'
  | 'deniedHere'
  | 'boundary'
  | 'bucket'
  | 'key'
  | 'organization'
  | 'because';

/** Layers that rules of their own are about. */
const ELSEWHERE: ReadonlySet<string> = new Set(['public-access-block', 'requester-pays', 'key-state']);

export const permissionDenied = defineRule<Message>({
  id: 'permission-denied',
  question: 'needs',
  severity: 'error',
  title: 'ChannelMix may do what it needs',
  why: 'Each permission of the access level is asked for in each bucket and folder, with the use of its KMS key, against every policy that could be read. What is missing or denied fails when the next report is written, often in the night.',
  docs: userGuide('reference_policies_evaluation-logic_policy-eval-denyallow.html'),
  messages: {
    identity: {
      message: 'No policy of {name} allows {actions} on {where}.',
      fix: 'Give it the policy that this prints: {command}',
    },
    near: {
      message: 'No policy of {name} allows {actions} on {where}: {place} would, but for its {reason} ({detail}).',
      fix: 'Correct that {reason} in {place}; this prints what is needed: {command}',
    },
    denied: {
      message: '{place} denies {actions} on {where}{since}.',
      fix: 'Take it out, or narrow it: an Allow cannot outweigh it.',
    },
    deniedHere: {
      message: '{place} denies {name} {actions} on {where}{since}.',
      fix: 'Except the {kind}: put "ArnNotEquals": {"aws:PrincipalArn": "{arn}"} into its Condition, beside what stands there. It stays in force for everybody else.',
    },
    boundary: {
      message: 'The permissions boundary of {name} does not include {actions} on {where}.',
      fix: 'Add it to the boundary policy, or put another boundary on; this prints what is needed: {command}',
    },
    bucket: {
      message: 'The bucket belongs to another account than {name}, and its policy does not allow {actions} on {where}.',
      fix: 'The owner of the bucket allows it in the bucket policy, for the principal {arn}.',
    },
    key: {
      message: 'Neither the policy of the KMS key nor a grant lets {name} call {actions} on {where}.',
      fix: 'Add a statement to the key policy: "Effect": "Allow", "Principal": {"AWS": "{arn}"}, "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*".',
    },
    organization: {
      message: 'A policy of the AWS organization refuses {actions} on {where}.',
      fix: 'Nothing in the account mends it: the administrator of the organization must allow it for {arn}.',
    },
    because: {
      message: '{actions} on {where} is refused: {because}.',
      fix: 'Encrypt the bucket with a customer managed key whose policy lets {arn} use it, or with keys of S3 (AES256).',
    },
  },
  *check(context) {
    const refused = needsOf(context).filter(
      ({ verdict }) => verdict.result === 'deny' && !ELSEWHERE.has(layerOf(verdict)),
    );
    for (const [key, needs] of groupBy(refused, groupOf)) {
      const hit = toHit(context, needs);
      if (hit !== undefined) yield { ...hit, key };
    }
  },
});

/** A key that cannot be used is no matter of its policy. */
function layerOf({ layer, because }: Need['verdict']): string {
  return because?.startsWith('the key is in state') === true ? 'key-state' : (layer ?? '');
}

interface Blamed {
  readonly explicit: boolean;
  readonly statement?: StatementRef;
  readonly reason?: string;
  readonly detail?: string;
}

/** The statement that denies, or the one that nearly allows in the layer that decides. */
function blamed({ decision: bounded }: Need['verdict']): Blamed {
  const { decision, nearMisses } = bounded?.explanation ?? { decision: undefined, nearMisses: [] };
  if (decision?.decision === 'explicitDeny') {
    return { explicit: true, ...(decision.statement === undefined ? {} : { statement: decision.statement }) };
  }
  const near = nearMisses.find(({ layer }) => layer === decision?.layer);
  // An Allow of another action in the same place is none for this one.
  if (near === undefined || near.reason === 'action') return { explicit: false };
  return { explicit: false, statement: near.statement, reason: near.reason, detail: near.detail };
}

function groupOf({ bucket, verdict }: Need): string {
  const { explicit, statement } = blamed(verdict);
  const place = statement === undefined ? '' : `${statement.policy} ${statement.sid ?? statement.index}`;
  return [bucket.name, layerOf(verdict), explicit, place, verdict.because ?? ''].join('\n');
}

function toHit(context: AuditContext, needs: readonly Need[]): AuditHit<Message> | undefined {
  const [first] = needs;
  if (first === undefined) return undefined;
  const { bucket, verdict } = first;
  const { documents } = context;
  const { name, arn, kind } = documents.principal;
  const { explicit, statement, reason = '', detail = '' } = blamed(verdict);
  const stated = statement && statementOf(documents, statement);
  const condition = explicit && stated !== undefined ? conditionText(stated.statement) : '';
  return {
    message: messageOf(verdict, explicit, reason),
    data: {
      name,
      arn,
      kind,
      reason: reason === 'condition' ? 'condition' : reason === 'resource' ? 'resources' : reason,
      detail: missedText(reason, detail, stated),
      actions: listed(needs.map(({ action }) => action)),
      where: whereOf(needs),
      place: statement === undefined ? '' : explicit ? capital(placeText(statement)) : placeText(statement),
      since: condition === '' ? '' : `, since ${condition}`,
      because: verdict.because ?? '',
      command: commandOf(context, bucket.name),
    },
    about: context.arnOf(bucket),
    ...(statement === undefined ? {} : { statement }),
  };
}

/** What does not match, as it stands in the policy: of a variable without a value the evaluator has nothing left. */
function missedText(reason: string, detail: string, stated: Stated | undefined): string {
  if (reason !== 'resource' || stated === undefined) return detail;
  const { Resource, NotResource } = stated.statement;
  return NotResource === undefined
    ? `Resource ${textsOf(Resource).join(', ')}`
    : `NotResource ${textsOf(NotResource).join(', ')}`;
}

function messageOf({ layer, because }: Need['verdict'], explicit: boolean, reason: string): Message {
  if (because !== undefined) return 'because';
  if (layer === 'scp' || layer === 'rcp') return 'organization';
  if (explicit) return layer === 'bucket-policy' || layer === 'kms' ? 'deniedHere' : 'denied';
  if (layer === 'boundary') return 'boundary';
  if (layer === 'bucket-policy') return 'bucket';
  if (layer === 'kms') return 'key';
  return reason === '' ? 'identity' : 'near';
}

function whereOf(needs: readonly Need[]): string {
  const keys = needs.filter(({ action }) => action.startsWith('kms:')).map(({ resource }) => `key ${resource}`);
  const folders = needs
    .filter(({ action }) => !action.startsWith('kms:'))
    .map(({ bucket, prefix }) => `s3://${bucket.name}/${prefix}`);
  return listed([...folders, ...keys], 3);
}

function commandOf({ documents, expected }: AuditContext, bucket: string): string {
  const { access, buckets } = expected;
  const { prefixes = [], kmsKeyArn = keyOf(documents, bucket) } = buckets.find(({ name }) => name === bucket) ?? {};
  return policyCommand({ access, partition: partitionOf(documents), bucket, prefixes, kmsKeyArn });
}
