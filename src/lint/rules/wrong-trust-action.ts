import { covers } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, splitAction } from '../facts/actions.ts';
import { allow, trust } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import type { StatementView } from '../types.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html, and the actions of STS that a role can grant. */
const TRUST_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
].map((name) => name.toLowerCase());
const FEDERATED = new Set(['sts:assumerolewithsaml', 'sts:assumerolewithwebidentity']);

/** Why an action does not fit the principals that are there, as AWS's check MISMATCHED_ACTION_FOR_PRINCIPAL says. */
function mismatch(types: ReadonlySet<string>, action: string): 'federated' | 'plain' | undefined {
  if (types.size === 0) return undefined;
  const lower = action.toLowerCase();
  if (FEDERATED.has(lower) && !types.has('Federated') && !types.has('*')) return 'federated';
  return lower === 'sts:assumerole' && types.size === 1 && types.has('Federated') ? 'plain' : undefined;
}

/** Types of the principals that an Allow is for. */
function principalTypes({ effect, principals }: StatementView): ReadonlySet<string> {
  const types = new Set<string>();
  if (effect !== 'Allow') return types;
  for (const { entries } of principals) for (const { type } of entries) types.add(type);
  return types;
}

export const wrongTrustAction = defineRule({
  id: 'wrong-trust-action',
  severity: 'error',
  audience: 'any',
  kinds: ['trust'],
  docs: policyCheck('error-mismatched-action-for-principal'),
  title: 'A trust policy is about assuming the role',
  why: 'The actions of a trust policy are those by which a session of the role is made. What the role may do then stands in the policies that are attached to it.',
  messages: {
    other:
      '{action} does not belong in a trust policy, which is about sts:AssumeRole; what the role may do stands in its own policies.',
    federated: '{action} is for federated principals: an AWS principal calls sts:AssumeRole.',
    plain: 'A federated principal calls sts:AssumeRoleWithSAML or sts:AssumeRoleWithWebIdentity, not {action}.',
  },
  *check(context) {
    for (const statement of context.statements) {
      const types = principalTypes(statement);
      for (const { negated, values } of statement.actions) {
        if (negated) continue;
        for (const node of values) {
          const action = node.value;
          // What is no action at all is for unknown-action and trailing-colon.
          if (splitAction(action) === undefined ? action !== '*' : /:$/.test(action)) continue;
          const known = action !== '*' && TRUST_ACTIONS.some((name) => covers(action.toLowerCase(), name));
          if (!known) {
            // An action that STS does not have is for unknown-action.
            if (/^sts:/i.test(action) && actionsMatching(context, action).length === 0) continue;
            yield { node, message: 'other', data: { action } };
            continue;
          }
          const wrong = mismatch(types, action);
          if (wrong !== undefined) yield { node, message: wrong, data: { action } };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: trust().replace('"sts:AssumeRole"', '["sts:AssumeRole", "s3:GetObject"]'), kind: 'trust' },
      { text: trust().replace('sts:AssumeRole', 'sts:AssumeRoleWithSAML'), kind: 'trust' },
    ],
    good: [
      { text: trust(), kind: 'trust' },
      {
        text: allow(
          '"Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/okta"}, "Action": "sts:AssumeRoleWithSAML"',
        ),
        kind: 'trust',
      },
    ],
  },
});
