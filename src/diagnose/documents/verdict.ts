import { type BoundedDecision, decideBounded, type OpenReason } from '../../evaluate/index.ts';
import type { AccessDocuments, Unreadable } from '../../model/access-documents.ts';
import type { DiagnosisLayer } from '../../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { Layer, RequestContext } from '../../model/decision.ts';
import type { SimulatorAnswer } from '../../model/simulator.ts';
import { assumeSetting, callerArn, partitionOf, principalSetting } from './context.ts';
import { outsider } from './outsider.ts';
import { type AskedPermission, type PreparedPermission, preparePermission } from './requests.ts';
import {
  answerTo,
  type Comparison,
  compareWithSimulator,
  hearSimulator,
  simulatorQuestion,
  withSimulatedPolicies,
} from './simulator.ts';
import { type Applicable, bucketPolicies, keyPolicies, principalPolicies, trustPolicies } from './sources.ts';

/** What the documents say about one request. */
export interface RequestVerdict {
  readonly action: string;
  readonly resource: string;
  readonly result: 'allow' | 'deny' | 'open';
  /** Absent where no policy decided: a key that is disabled, a public bucket policy that is cut off. */
  readonly decision?: BoundedDecision;
  readonly layer?: DiagnosisLayer;
  /** In words, where no policy decided. */
  readonly because?: string;
  /** Why it is open; `differs`: AWS's policy simulator says otherwise. */
  readonly reasons: readonly (OpenReason | { readonly kind: 'differs'; readonly text: string })[];
  readonly reservations: readonly Unreadable[];
  /** AWS's policy simulator decided. */
  readonly simulator?: true;
}

/** What the documents say about a check. */
export interface CheckVerdict {
  readonly result: 'allow' | 'deny' | 'open';
  /** The request that decides: the first that is denied, else the first that is open, else the first. */
  readonly decisive: RequestVerdict;
  readonly requests: readonly RequestVerdict[];
  /** What could not be read and may decide otherwise, each once. */
  readonly reservations: readonly Unreadable[];
  /** With AWS's policy simulator, where it was asked. */
  readonly comparisons: readonly Comparison[];
}

const LAYERS: Readonly<Record<Layer, DiagnosisLayer>> = {
  identity: 'identity',
  resource: 'bucket-policy',
  boundary: 'boundary',
  session: 'session',
  scp: 'scp',
  rcp: 'rcp',
  trust: 'trust',
  'key-policy': 'kms',
  'vpc-endpoint': 'vpc-endpoint',
};

/** The layer of a diagnosis for a layer of the evaluator. */
export function diagnosisLayer(layer: Layer): DiagnosisLayer {
  return LAYERS[layer];
}

/** Twelve digits of nobody: for an owner of whom is only known that it is another account. */
const ANOTHER_ACCOUNT = '000000000000';

/**
 * What the documents say about a check: whether each permission that it needs is given. Pure.
 *
 * @param asked the permissions, in the order in which AWS asks for them; at least one
 * @param date of the requests, ISO 8601: conditions may depend on it
 * @param answers of AWS's policy simulator
 */
export function judgePermissions(
  documents: AccessDocuments,
  asked: readonly AskedPermission[],
  date: string,
  answers: readonly SimulatorAnswer[] = [],
): CheckVerdict {
  const comparisons: Comparison[] = [];
  const requests = asked.map((one) => {
    // Most who ask have no answers of the simulator.
    const answer = answers.length === 0 ? undefined : answerTo(answers, simulatorQuestion(documents, one, date));
    if (answer === undefined) return judge(documents, preparePermission(documents, one), date);
    const comparison = compareWithSimulator(documents, one, answer, date);
    comparisons.push(comparison);
    const known = withSimulatedPolicies(documents, answer);
    return hearSimulator(judge(known, preparePermission(known, one), date), comparison);
  });
  const [first] = requests;
  if (first === undefined) throw new Error('a check without a permission');
  const decisive =
    requests.find(({ result }) => result === 'deny') ?? requests.find(({ result }) => result === 'open') ?? first;
  const all = decisive.result === 'deny' ? decisive.reservations : requests.flatMap(({ reservations }) => reservations);
  return {
    result: decisive.result,
    decisive,
    requests,
    comparisons,
    reservations: [...new Map([...all, ...mayNeedKey(documents, decisive)].map((one) => [one.what, one])).values()],
  };
}

/** Objects may be encrypted with a key of which nobody said anything. */
function mayNeedKey({ bucket }: AccessDocuments, { action, result }: RequestVerdict): readonly Unreadable[] {
  const { encryption } = bucket;
  const matters = result === 'allow' && (action === 's3:PutObject' || action === 's3:GetObject');
  return matters && encryption.state === 'unreadable' ? [encryption.why] : [];
}

function judge(documents: AccessDocuments, request: PreparedPermission, date: string): RequestVerdict {
  const { action, resource, key } = request;
  if (action === 'sts:AssumeRole') return judgeAssume(documents, request, date);
  if (action.startsWith('kms:')) {
    return key === undefined ? unknownKey(request) : judgeKey(documents, request, key, date);
  }
  if (resource === '*') {
    return decideRequest(documents, request, principalPolicies(documents), documents.principal.account, date);
  }
  const bucket = resource.split(':::')[1]?.split('/')[0] ?? '';
  const owner = ownerOf(documents, bucket);
  if (owner !== undefined) return judgeBucket(documents, request, bucket, owner, date);
  const own = judgeBucket(documents, request, bucket, documents.principal.account, date);
  const other = judgeBucket(documents, request, bucket, ANOTHER_ACCOUNT, date);
  if (own.result === other.result) return own;
  return {
    action,
    resource,
    result: 'open',
    reasons: [{ kind: 'unread', policy: `the owner of bucket ${bucket}` }],
    reservations: own.reservations,
  };
}

function ownerOf({ bucket, otherBucket }: AccessDocuments, name: string): string | undefined {
  const owner = bucket.name === name ? bucket.owner : otherBucket?.name === name ? otherBucket.owner : undefined;
  return owner?.state === 'read' ? owner.value : undefined;
}

function judgeBucket(
  documents: AccessDocuments,
  request: PreparedPermission,
  bucket: string,
  owner: string,
  date: string,
): RequestVerdict {
  const applicable = bucketPolicies(documents, bucket, owner);
  const verdict = decideRequest(documents, request, applicable, owner, date);
  if (verdict.result === 'deny' || owner === documents.principal.account || bucket !== documents.bucket.name) {
    return verdict;
  }
  return outsider(documents, verdict);
}

function unknownKey({ action, resource }: PreparedPermission): RequestVerdict {
  const reason = { kind: 'unread', policy: `the policy of key ${resource}` } as const;
  return { action, resource, result: 'open', reasons: [reason], reservations: [] };
}

function judgeKey(
  documents: AccessDocuments,
  request: PreparedPermission,
  key: NonNullable<PreparedPermission['key']>,
  date: string,
): RequestVerdict {
  const { action, resource } = request;
  const { keyState } = key;
  if (keyState.state === 'read' && keyState.value !== 'Enabled') {
    const because = `the key is in state ${keyState.value} and cannot be used`;
    return { action, resource, result: 'deny', layer: 'kms', because, reasons: [], reservations: [] };
  }
  return decideRequest(
    documents,
    request,
    keyPolicies(documents, key),
    key.account ?? documents.principal.account,
    date,
  );
}

function judgeAssume(documents: AccessDocuments, request: PreparedPermission, date: string): RequestVerdict {
  const { principal } = documents;
  const { trust } = principal;
  if (trust.state === 'unreadable' && trust.why.kind === 'not-found') {
    return {
      action: request.action,
      resource: request.resource,
      result: 'deny',
      layer: 'not-found',
      because: `IAM of account ${principal.account} knows no such role (${trust.why.said})`,
      reasons: [],
      reservations: [],
    };
  }
  const asUser = decideAssume(documents, request, date, {});
  // A session of a role has the key, with "false"; the key of a user has none. Which of them ChannelMix calls with is not known.
  const asSession = decideAssume(documents, request, date, { 'aws:MultiFactorAuthPresent': 'false' });
  if (asUser.result === asSession.result) return asUser;
  const mfa = 'whether ChannelMix calls with the key of a user or as a role (aws:MultiFactorAuthPresent)';
  return { ...asUser, result: 'open', reasons: [{ kind: 'differs', text: `depends on ${mfa}` }] };
}

function decideAssume(
  documents: AccessDocuments,
  request: PreparedPermission,
  date: string,
  more: RequestContext,
): RequestVerdict {
  const { principal } = documents;
  const { context, isKnown } = assumeSetting(documents, date);
  const { sources, reservations } = trustPolicies(documents);
  const decision = decideBounded(
    {
      principal: `arn:${partitionOf(documents)}:iam::${CHANNELMIX_ACCOUNT_ID}:root`,
      action: request.action,
      resource: request.resource,
      resourceAccount: principal.account,
      context: { ...context, ...request.context, ...more },
    },
    sources,
    { isKnown, isSomebody: true },
  );
  return verdictOf(request, decision, reservations);
}

function decideRequest(
  documents: AccessDocuments,
  request: PreparedPermission,
  { sources, reservations }: Applicable,
  resourceAccount: string,
  date: string,
): RequestVerdict {
  const { action, resource } = request;
  const { context, isKnown } = principalSetting(documents, request.context, resourceAccount, date);
  const principal = callerArn(documents);
  const decision = decideBounded({ principal, action, resource, resourceAccount, context }, sources, { isKnown });
  return verdictOf(request, decision, reservations);
}

function verdictOf(
  { action, resource }: PreparedPermission,
  decision: BoundedDecision,
  reservations: readonly Unreadable[],
): RequestVerdict {
  const { layer } = decision.explanation.decision;
  return {
    action,
    resource,
    result: decision.decision,
    decision,
    ...(decision.decision !== 'deny' || layer === undefined ? {} : { layer: LAYERS[layer] }),
    reasons: decision.reasons,
    // What denies for certain denies whatever else there is.
    reservations: decision.decision === 'deny' ? [] : reservations,
  };
}
