import { compileOnce } from '../../evaluate/compile-once.ts';
import { decideBounded } from '../../evaluate/index.ts';
import { lowerCase } from '../../evaluate/text.ts';
import type { AccessDocuments, BucketDocuments, OrganizationDocuments } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { RequestContext } from '../../model/decision.ts';

/**
 * In the place of the session's name: whoever assumes the role chooses it, so that no condition on it can be counted on.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
const ANY_NAME = '*';

/**
 * Keys of a request that depend on where it comes from and with what, which nobody knows beforehand. A star stands for the rest of a name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const FROM_OUTSIDE: readonly string[] = [
  'aws:sourceip',
  'aws:vpcsourceip',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:useragent',
  'aws:referer',
  's3:x-amz-content-sha256',
  // Tags of buckets and keys are not read.
  'aws:resourcetag/*',
  's3:buckettag/*',
];

/** What is not known about whoever of ChannelMix assumes the role. */
const OF_CHANNELMIX: readonly string[] = [
  'aws:principalarn',
  'aws:principaltype',
  'aws:principaltag/*',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:userid',
  'aws:username',
  'aws:tokenissuetime',
  'sts:rolesessionname',
  'aws:requestedregion',
];

/** What the context of a principal's requests follows from: who it is, and which bucket it asks for, if it is one. */
export interface SettingDocuments extends Pick<AccessDocuments, 'principal' | 'organization'> {
  readonly bucket?: Pick<BucketDocuments, 'region'>;
}

/** A context and what is known of it. */
export interface Setting {
  readonly context: RequestContext;
  readonly isKnown: (lowerCaseKey: string) => boolean;
}

function knower(unknown: readonly string[]): Setting['isKnown'] {
  return (key) => !unknown.some((name) => (name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : name === key));
}

/** `o-id/r-id/ou-id/` of an account, from the levels of its policies. */
function organizationPath(organization: OrganizationDocuments): string | undefined {
  const { id, scps } = organization;
  if (id.state !== 'read' || scps.state !== 'read') return undefined;
  return [id.value, ...scps.value.slice(0, -1).map((level) => level.id)].map((one) => `${one}/`).join('');
}

/** As AWS writes it: without milliseconds. */
function timeText(date: string): string {
  return date.replace(/\.\d{3}Z$/, 'Z');
}

function ofTime(date: string): RequestContext {
  return { 'aws:CurrentTime': timeText(date), 'aws:EpochTime': String(Math.floor(Date.parse(date) / 1000)) };
}

/** What every request of ChannelMix's has: TLS, and no AWS service in between. */
function common(date: string): RequestContext {
  return { 'aws:SecureTransport': 'true', 'aws:ViaAWSService': 'false', ...ofTime(date) };
}

/** Partition of the principal. */
export function partitionOf({ principal }: Pick<AccessDocuments, 'principal'>): string {
  return parseArn(principal.arn)?.partition ?? 'aws';
}

/** ARN of the caller of S3: any session of the role, or the user. */
export function callerArn(documents: Pick<AccessDocuments, 'principal'>): string {
  const { principal } = documents;
  if (principal.kind === 'user') return principal.arn;
  return `arn:${partitionOf(documents)}:sts::${principal.account}:assumed-role/${principal.name}/${ANY_NAME}`;
}

/**
 * The context of a request of the role's session, or of the user.
 *
 * @param own keys of the call itself
 * @param resourceAccount owner of what is asked for
 * @param date of the request, ISO 8601
 */
export function principalSetting(
  documents: SettingDocuments,
  own: RequestContext,
  resourceAccount: string,
  date: string,
): Setting {
  const { principal, bucket, organization } = documents;
  const { tags, id } = principal;
  const isRole = principal.kind === 'role';
  const path = organizationPath(organization);
  const orgId = organization.id;
  const region = bucket?.region.state === 'read' ? bucket.region.value : undefined;
  const isOwn = resourceAccount === principal.account;
  const choosesTags = mayChoose(documents, 'sts:TagSession', date);
  const context: RequestContext = {
    ...common(date),
    'aws:PrincipalArn': principal.arn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': isRole ? 'AssumedRole' : 'User',
    'aws:ResourceAccount': resourceAccount,
    ...(isRole
      ? { 'aws:TokenIssueTime': timeText(date), 'aws:MultiFactorAuthPresent': 'false' }
      : { 'aws:username': principal.name }),
    ...(id === undefined ? {} : { 'aws:userid': isRole ? `${id}:${ANY_NAME}` : id }),
    ...(tags.state === 'read' && !choosesTags
      ? Object.fromEntries(Object.entries(tags.value).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]))
      : {}),
    ...(orgId.state === 'read'
      ? { 'aws:PrincipalOrgID': orgId.value, ...(isOwn ? { 'aws:ResourceOrgID': orgId.value } : {}) }
      : {}),
    ...(path === undefined
      ? {}
      : { 'aws:PrincipalOrgPaths': [path], ...(isOwn ? { 'aws:ResourceOrgPaths': [path] } : {}) }),
    ...(region === undefined ? {} : { 'aws:RequestedRegion': region }),
    ...own,
  };
  const unknown = [
    ...FROM_OUTSIDE,
    ...(id === undefined ? ['aws:userid'] : []),
    ...(tags.state === 'unreadable' || choosesTags ? ['aws:principaltag/*'] : []),
    ...(mayChoose(documents, 'sts:SetSourceIdentity', date) ? ['aws:sourceidentity'] : []),
    ...(region === undefined ? ['aws:requestedregion'] : []),
    ...(orgId.state === 'unreadable' ? ['aws:principalorgid', 'aws:resourceorgid'] : []),
    ...(orgId.state === 'absent' || path !== undefined ? [] : ['aws:principalorgpaths', 'aws:resourceorgpaths']),
    ...(isOwn ? [] : ['aws:resourceorgid', 'aws:resourceorgpaths']),
  ];
  return { context, isKnown: knower(unknown) };
}

/** Keys of what whoever assumes a role says of the session, or may say to be let in. */
const SAID_OF_SESSION = /^aws:(requesttag\/|tagkeys$)|^sts:(sourceidentity|transitivetagkeys|externalid)$/;

/** What whoever assumes a role may do to anybody's session; that ChannelMix's account allows it is its own affair. */
const ANYTHING = {
  name: "ChannelMix's own policies",
  document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
};

/**
 * Whether ChannelMix may choose the tags of its sessions, which count before those of the role, or their source identity: where the trust policy
 * lets it do that, conditions on them are met by who wants to meet them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
function mayChoose(
  documents: SettingDocuments,
  action: 'sts:TagSession' | 'sts:SetSourceIdentity',
  date: string,
): boolean {
  const { principal } = documents;
  const { trust } = principal;
  if (trust.state !== 'read') return false;
  const { statements } = compileOnce(trust.value.document, { name: trust.value.name, kind: 'trust' });
  // Most trust policies do not speak of it.
  if (!statements.some(({ effect, matchesAction }) => effect === 'Allow' && matchesAction(lowerCase(action))))
    return false;
  const { context, isKnown } = assumeSetting(documents, date);
  const { decision } = decideBounded(
    {
      principal: `arn:${partitionOf(documents)}:iam::${CHANNELMIX_ACCOUNT_ID}:root`,
      action,
      resource: principal.arn,
      resourceAccount: principal.account,
      context,
    },
    { identity: [ANYTHING], resource: { ...trust.value, kind: 'trust' } },
    { isKnown: (key) => isKnown(key) && !SAID_OF_SESSION.test(key), isSomebody: true },
  );
  return decision !== 'deny';
}

/**
 * The context in which ChannelMix assumes the role: without external ID and MFA, which it supports neither of. Who of its account calls,
 * and from where, is not known.
 */
export function assumeSetting(documents: SettingDocuments, date: string): Setting {
  const { principal, organization } = documents;
  const path = organizationPath(organization);
  const { id } = organization;
  return {
    context: {
      ...common(date),
      'aws:ResourceAccount': principal.account,
      ...(id.state === 'read' ? { 'aws:ResourceOrgID': id.value } : {}),
      ...(path === undefined ? {} : { 'aws:ResourceOrgPaths': [path] }),
    },
    isKnown: knower([
      ...FROM_OUTSIDE,
      ...OF_CHANNELMIX,
      ...(id.state === 'unreadable' ? ['aws:resourceorgid'] : []),
      ...(id.state === 'absent' || path !== undefined ? [] : ['aws:resourceorgpaths']),
    ]),
  };
}
