import fullDocument from '../../../policies/documents/amazon-s3-full-access.json' with { type: 'json' };
import extendedTemplate from '../../../policies/documents/extended.json' with { type: 'json' };
import minimalTemplate from '../../../policies/documents/minimal.json' with { type: 'json' };
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { AccessLevel } from '../../model/grant.ts';
import { type ActionFacts, findAction } from '../../operations/catalogue.ts';
import type { ConditionView, PrincipalEntry, RuleContext, StatementView } from '../types.ts';
import { namesAction } from './actions.ts';
import { needsKey, valueTexts } from './operators.ts';

/** The statements of the templates from which the kit makes policies: one source of what an access level is. */
interface Template {
  readonly Statement: readonly { readonly $when?: string; readonly Action: string | readonly string[] }[];
}

function actionsOf(template: Template): readonly string[] {
  return template.Statement.filter(({ $when }) => $when !== 'probeArns').flatMap(({ Action }) => Action);
}

const LEVELS: Readonly<Record<AccessLevel, ReadonlySet<string>>> = {
  minimal: new Set(actionsOf(minimalTemplate as Template)),
  extended: new Set(actionsOf(extendedTemplate as Template)),
  full: new Set(actionsOf(fullDocument as Template)),
};

/** The four actions that ChannelMix cannot do without. */
export const NEEDED: readonly ActionFacts[] = [...LEVELS.minimal].flatMap((action) => findAction(action) ?? []);

/** What the use of a bucket with a customer managed key takes. */
export const KMS_NEEDED: readonly string[] = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Whether an access level includes the action; KMS for encrypted buckets belongs to each. */
export function inLevel(facts: ActionFacts, access: AccessLevel): boolean {
  if (KMS_NEEDED.includes(facts.action)) return true;
  if (access === 'full') return facts.service === 's3' || facts.service === 's3-object-lambda';
  return LEVELS[access].has(facts.action);
}

/** What stands for ChannelMix in a Principal element: its whole account, or a role or user in it. */
export function channelMixIn({ type, value }: PrincipalEntry): 'account' | 'part' | undefined {
  if (type !== 'AWS') return undefined;
  if (value.value === CHANNELMIX_ACCOUNT_ID) return 'account';
  const [, account, resource] = /^arn:[a-z-]+:(?:iam|sts)::(\d+):(.+)$/.exec(value.value) ?? [];
  if (account !== CHANNELMIX_ACCOUNT_ID) return undefined;
  return resource === 'root' ? 'account' : 'part';
}

/** Whether a statement is about ChannelMix by name, or about everyone. */
export function concernsChannelMix({ principals }: StatementView): boolean {
  return principals.some(
    ({ negated, entries }) =>
      !negated && entries.some((entry) => entry.value.value === '*' || channelMixIn(entry) !== undefined),
  );
}

/** Whether ChannelMix alone is named, so that a change of the statement is about nobody else. */
export function isOnlyChannelMix({ principals }: StatementView): boolean {
  return principals.every(
    ({ negated, entries }) =>
      !negated && entries.length > 0 && entries.every((entry) => channelMixIn(entry) !== undefined),
  );
}

const ASSUME_ROLE = findAction('sts:AssumeRole');
const ASSUMES = {};

/** Whether a statement of a trust policy is about sts:AssumeRole; worked out once for each. */
export function isAssumeRole(context: RuleContext, statement: StatementView): boolean {
  const answers = context.once(ASSUMES, () => new Map<StatementView, boolean>());
  const known = answers.get(statement);
  if (known !== undefined) return known;
  const answer = ASSUME_ROLE !== undefined && namesAction(context, statement, ASSUME_ROLE);
  answers.set(statement, answer);
  return answer;
}

const TRUST = {};

/** The statements of a trust policy that let ChannelMix in. */
export function trustStatements(context: RuleContext): readonly StatementView[] {
  return context.once(TRUST, () =>
    context.statements.filter(
      (statement) => statement.effect === 'Allow' && concernsChannelMix(statement) && isAssumeRole(context, statement),
    ),
  );
}

const MFA_KEYS = new Set(['aws:multifactorauthpresent', 'aws:multifactorauthage']);

/** Whether a condition is about MFA, which ChannelMix has not. */
export function isAboutMfa({ key }: ConditionView): boolean {
  return MFA_KEYS.has(key.value.toLowerCase());
}

/** Whether a condition on MFA holds for a request without MFA, in which the keys are absent, or false. */
export function holdsWithoutMfa(one: ConditionView): boolean {
  const values = valueTexts(one).map((text) => text.toLowerCase());
  if (one.base === 'Null') return !values.includes('false');
  if (one.key.value.toLowerCase() === 'aws:multifactorauthage') return !needsKey(one);
  return values.includes('false');
}
