import { type CallResult, callAws, type S3 } from '../aws/index.ts';
import type { Failure } from '../model/failure.ts';
import type { RunContext } from './context.ts';
import type { CheckRecord } from './record.ts';

/** How an object was encrypted, as the answer to its put says. */
export interface Encryption {
  readonly algorithm: string;
  /** ARN of the KMS key. */
  readonly kmsKeyArn?: string;
}

/** What is known of the bucket's settings; each is absent where it is not set or could not be read. */
export interface BucketFacts {
  /** New objects are kept for so long, whoever puts them. */
  readonly retention?: { readonly mode: string; readonly period: string };
  readonly versioning?: string;
  readonly requesterPays?: boolean;
  /** Where new objects are replicated to. */
  readonly replicatesTo?: readonly string[];
  /** Who is told of new objects: ARNs, or `EventBridge`. */
  readonly notifies?: readonly string[];
}

type Ask = <T>(send: (s3: S3, options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<CallResult<T>>;

/**
 * Reads the settings of the bucket that decide what a put leaves behind. Settings that may not be read are left out: nothing here is a verdict.
 *
 * @param ask makes a call with whoever's credentials may read them
 */
async function readBucketFacts(ask: Ask, bucket: string): Promise<BucketFacts> {
  const Bucket = bucket;
  const [lock, versioning, payment, replication, notification] = await Promise.all([
    ask((s3, options) => s3.getObjectLockConfiguration({ Bucket }, options)),
    ask((s3, options) => s3.getBucketVersioning({ Bucket }, options)),
    ask((s3, options) => s3.getBucketRequestPayment({ Bucket }, options)),
    ask((s3, options) => s3.getBucketReplication({ Bucket }, options)),
    ask((s3, options) => s3.getBucketNotificationConfiguration({ Bucket }, options)),
  ]);
  const rule = lock.ok ? lock.value.ObjectLockConfiguration?.Rule?.DefaultRetention : undefined;
  const rules = replication.ok ? (replication.value.ReplicationConfiguration?.Rules ?? []) : [];
  const targets = rules
    .filter(({ Status }) => Status === 'Enabled')
    .flatMap(({ Destination }) => Destination?.Bucket ?? []);
  const told = notification.ok ? notifiedBy(notification.value) : [];
  return {
    ...(rule?.Mode === undefined ? {} : { retention: { mode: rule.Mode, period: periodOf(rule.Days, rule.Years) } }),
    ...(versioning.ok && versioning.value.Status !== undefined ? { versioning: versioning.value.Status } : {}),
    ...(payment.ok && payment.value.Payer === 'Requester' ? { requesterPays: true } : {}),
    ...(targets.length === 0 ? {} : { replicatesTo: [...new Set(targets)] }),
    ...(told.length === 0 ? {} : { notifies: [...new Set(told)] }),
  };
}

/** A retention period in words: `30 days`. Object Lock has it in days or in years. */
export function periodOf(days: number | undefined, years: number | undefined): string {
  const [count, unit] = days === undefined ? [years ?? 0, 'year'] : [days, 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** What of the answer of GetBucketNotificationConfiguration is looked at. */
interface Notified {
  readonly TopicConfigurations?: readonly { readonly TopicArn?: string | undefined }[] | undefined;
  readonly QueueConfigurations?: readonly { readonly QueueArn?: string | undefined }[] | undefined;
  readonly LambdaFunctionConfigurations?: readonly { readonly LambdaFunctionArn?: string | undefined }[] | undefined;
  readonly EventBridgeConfiguration?: object | undefined;
}

function notifiedBy(answer: Notified): readonly string[] {
  return [
    ...(answer.TopicConfigurations ?? []).flatMap(({ TopicArn }) => TopicArn ?? []),
    ...(answer.QueueConfigurations ?? []).flatMap(({ QueueArn }) => QueueArn ?? []),
    ...(answer.LambdaFunctionConfigurations ?? []).flatMap(({ LambdaFunctionArn }) => LambdaFunctionArn ?? []),
    ...(answer.EventBridgeConfiguration === undefined ? [] : ['EventBridge']),
  ];
}

/**
 * The settings of the run's bucket, read once: with the client's own credentials where they are at hand, otherwise only with full access.
 * Minimal and extended access have none of the permissions, and must not have them.
 */
export function bucketFactsOf(run: RunContext): Promise<BucketFacts> {
  const { client } = run;
  if (client === undefined && run.target.access !== 'full') return Promise.resolve({});
  run.state.bucketFacts ??= readBucketFacts(async (send) => {
    const clients = client === undefined ? run.session() : run.caller;
    const s3 = await clients.s3();
    return callAws((options) => send(s3, options), { signal: run.signal, host: clients.host });
  }, run.target.bucket);
  return run.state.bucketFacts;
}

/**
 * Whether S3 refused a put without a checksum because the object would be kept by Object Lock: it demands one for each object that falls
 * under a retention period, the bucket's default one included. Nothing was stored.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function isRetentionRefusal({ code, message }: Failure): boolean {
  return code === 'InvalidRequest' && /object lock parameters/i.test(message);
}

/**
 * What a reader of the report should know about the bucket: its settings, how it encrypts, and whether only the header of Requester Pays
 * was missing.
 */
export async function notesOnBucket(run: RunContext, records: readonly CheckRecord[]): Promise<readonly string[]> {
  const facts = run.state.bucketFacts === undefined ? {} : await run.state.bucketFacts;
  return [...bucketNotes(facts, run.state.encryption), ...(await requesterPaysNote(run, records))];
}

/**
 * A bare refusal by another account's bucket may mean that the requester has to pay and did not say so: the same listing with the header
 * tells. Only asked where S3 refused everything without a reason, and by a call that reads.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html
 */
async function requesterPaysNote(run: RunContext, records: readonly CheckRecord[]): Promise<readonly string[]> {
  const answers = records.filter(({ check }) => check.action.startsWith('s3:') && check.expect === 'allow');
  const bare = answers.some(
    ({ outcome }) =>
      outcome.result === 'deny' && outcome.failure.kind === 'denied' && outcome.failure.denial === undefined,
  );
  if (!bare || run.signal.aborted || answers.some(({ outcome }) => outcome.result === 'allow')) return [];
  const [prefix = ''] = run.target.prefixes;
  const clients = run.session();
  const s3 = await clients.s3();
  const listed = await callAws(
    (options) =>
      s3.listObjectsV2(
        {
          Bucket: run.target.bucket,
          MaxKeys: 1,
          RequestPayer: 'requester',
          ...(prefix === '' ? {} : { Prefix: prefix }),
        },
        options,
      ),
    { signal: run.signal, host: clients.host },
  );
  if (!listed.ok) return [];
  run.state.requesterPays = true;
  return [
    `the bucket is Requester Pays: with the header x-amz-request-payer: requester the same listing is allowed, without it all is refused. ` +
      "ChannelMix does not send it; a role in the bucket owner's own account needs none, and the owner pays.",
  ];
}

/** Facts about the bucket that a reader of the report should know. */
export function bucketNotes(facts: BucketFacts, encryption: Encryption | undefined): readonly string[] {
  const { retention, requesterPays, replicatesTo = [], notifies = [] } = facts;
  const kms = encryption?.kmsKeyArn;
  return [
    ...(kms === undefined
      ? []
      : [
          `the bucket encrypts with KMS key ${kms}: whoever reads needs kms:Decrypt, whoever writes kms:GenerateDataKey.`,
        ]),
    ...(retention === undefined
      ? []
      : [
          `Object Lock keeps each new object of the bucket for ${retention.period} (${retention.mode}): neither ChannelMix nor you can delete or replace it before.`,
        ]),
    ...(requesterPays === true
      ? [
          'the bucket is Requester Pays: requests from accounts other than its owner need a header that says so; a role of the same account needs none.',
        ]
      : []),
    ...(replicatesTo.length === 0
      ? []
      : [`new objects are replicated to ${replicatesTo.join(', ')}: copies of probe objects may stay there.`]),
    ...(notifies.length === 0 ? [] : [`${notifies.join(', ')} was told of each probe object.`]),
  ];
}
