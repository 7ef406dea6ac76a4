import { decideBounded } from '../../evaluate/index.ts';
import type { KeyDocuments, NamedPolicy } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import { defineRule } from '../define-rule.ts';
import { conditionsOf, statementsOf } from '../facts/statements.ts';
import { blindTo, listed } from '../facts/words.ts';

/** A user of an account that no policy names. */
const STRANGER_ACCOUNT = '000000000000';

const ACTIONS = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:CreateGrant',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
] as const;

export const keyPolicyOpen = defineRule({
  id: 'key-policy-open',
  question: 'hygiene',
  severity: 'security',
  title: 'The policy of the KMS key lets no stranger use it',
  why: 'A statement for the principal "*" in a key policy is for everybody with an AWS account, unless a condition says which account (kms:CallerAccount, aws:PrincipalOrgID). A condition on kms:ViaService alone does not: everybody comes by way of a service. Whether a stranger is let in is decided as KMS would decide it.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  messages: {
    open: {
      message: 'The policy of key {key} lets users of any AWS account do {actions}.',
      fix: 'Name the accounts or roles that use the key instead of "*", or add the condition StringEquals kms:CallerAccount with your account.',
    },
  },
  *check({ documents }) {
    for (const key of documents.keys) {
      yield* blindTo(key.policy);
      if (key.policy.state !== 'read') continue;
      const policy = key.policy.value;
      const services = [...servicesOf(key, policy)];
      const allowed = ACTIONS.filter((action) => services.some((via) => isOpenToStrangers(key, policy, action, via)));
      if (allowed.length === 0) continue;
      yield { message: 'open', about: key.arn, key: 'open', data: { key: key.arn, actions: listed(allowed) } };
    }
  },
});

/** The services by way of which a stranger may come: S3, and those that conditions of the policy name. */
function servicesOf({ arn }: KeyDocuments, policy: NamedPolicy): ReadonlySet<string> {
  const region = parseArn(arn)?.region ?? '';
  const named = statementsOf(policy)
    .flatMap(({ statement }) => conditionsOf(statement))
    .filter(({ key }) => key === 'kms:viaservice')
    .flatMap(({ values }) => values.map((value) => value.replaceAll('*', region)));
  return new Set([`s3.${region}.amazonaws.com`, ...named]);
}

/** Whether a stranger, to whom its own account allows everything, may do it by way of a service, whatever else is not known. */
function isOpenToStrangers(
  { arn }: KeyDocuments,
  { name, document }: NamedPolicy,
  action: string,
  via: string,
): boolean {
  const partition = parseArn(arn)?.partition ?? 'aws';
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const context = {
    'kms:CallerAccount': STRANGER_ACCOUNT,
    'kms:ViaService': via,
    'aws:PrincipalAccount': STRANGER_ACCOUNT,
    'aws:PrincipalArn': `arn:${partition}:iam::${STRANGER_ACCOUNT}:user/stranger`,
    'aws:PrincipalOrgID': 'o-0000000000',
    'aws:PrincipalOrgPaths': ['o-0000000000/r-0000/'],
    'aws:PrincipalIsAWSService': 'false',
    'aws:SecureTransport': 'true',
  };
  const known = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const { decision } = decideBounded(
    { principal: context['aws:PrincipalArn'], action, resource: arn, context },
    { identity: [{ name: 'everything', document: everything }], resource: { name, document, kind: 'key' } },
    { isKnown: (key) => known.has(key) },
  );
  return decision === 'allow';
}
