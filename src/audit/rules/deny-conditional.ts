import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { type Dependency, dependenciesOf } from '../facts/dependencies.ts';
import { statementOf } from '../facts/policies.ts';
import { conditionText } from '../facts/statements.ts';
import { capital, listed } from '../facts/words.ts';

type Message = 'network' | 'organization' | 'tag' | 'mfa' | 'other';

/** Keys that a request has only when it comes through a network of the client's, where ChannelMix never is. */
const NETWORK = /^aws:(sourcevpc|sourcevpce|sourcevpcarn|vpcsourceip|vpceaccount|vpceorgid|vpceorgpaths)$/;

export const denyConditional = defineRule<Message>({
  id: 'deny-conditional',
  question: 'blocks',
  severity: 'warning',
  title: 'No Deny stops ChannelMix by where it comes from',
  why: 'A Deny beats every Allow. Statements that keep access inside (only our VPC, only our addresses, only our organization) are right for people and wrong for a service that comes over the internet, from addresses that change. An exception for ChannelMix’s role keeps them in force for everybody else.',
  docs: userGuide('access_policies_data-perimeters.html'),
  messages: {
    network: {
      message:
        '{place} denies {actions} in bucket {bucket} to whoever does not come through your network ({condition}), and ChannelMix never does.',
      fix: 'Except the {kind}: put "ArnNotEquals": {"aws:PrincipalArn": "{arn}"} into its Condition, beside what stands there.',
    },
    organization: {
      message:
        '{place} denies {actions} in bucket {bucket} by organization ({condition}), and which one counts for ChannelMix’s calls could not be read.',
      fix: 'See that the organization of the {kind}’s account is the one named; or except it: "ArnNotEquals": {"aws:PrincipalArn": "{arn}"}.',
    },
    tag: {
      message:
        '{place} denies {actions} in bucket {bucket} by tags that could not be read, or that ChannelMix may choose ({condition}).',
      fix: 'See that the {kind} or the bucket has the tag that it asks for; or except the {kind}: "ArnNotEquals": {"aws:PrincipalArn": "{arn}"}.',
    },
    mfa: {
      message: '{place} denies {actions} in bucket {bucket} without MFA ({condition}), which ChannelMix does not have.',
      fix: 'Except the {kind}: put "ArnNotEquals": {"aws:PrincipalArn": "{arn}"} into its Condition, beside what stands there.',
    },
    other: {
      message:
        '{place} denies {actions} in bucket {bucket} where {condition}: whether ChannelMix’s calls meet that cannot be known, and may change.',
      fix: 'Except the {kind}: put "ArnNotEquals": {"aws:PrincipalArn": "{arn}"} into its Condition, beside what stands there.',
    },
  },
  *check(context) {
    const { name, arn, kind } = context.documents.principal;
    for (const dependency of dependenciesOf(context, 'Deny')) {
      const { bucket, actions, statement, key, questions } = dependency;
      const stated = statementOf(context.documents, statement);
      const message = messageOf(dependency);
      yield {
        message,
        data: {
          name,
          arn,
          kind,
          bucket: bucket.name,
          actions: listed(actions),
          place: capital(placeText(statement)),
          // A Principal that names a session of the role has no condition beside it.
          condition: (stated && conditionText(stated.statement)) || questions.join(' and '),
        },
        about: context.arnOf(bucket),
        key,
        statement,
        ...(message === 'network' || message === 'mfa' ? { severity: 'error' } : {}),
      };
    }
  },
});

/** What a Deny goes by; certain only where all that is open about it is the network, which ChannelMix is not in. */
function messageOf({ questions }: Dependency): Message {
  const asked = questions.map((question) => {
    const [operator = '', key = ''] = question.split(' ');
    return { operator, key: key.toLowerCase() };
  });
  const every = (pattern: RegExp): boolean => asked.every(({ key }) => pattern.test(key));
  const holdsWithout = asked.every(({ operator }) => /Not|IfExists|^ForAllValues/.test(operator));
  if (every(NETWORK) && holdsWithout) return 'network';
  if (every(/^aws:multifactorauth/)) return 'mfa';
  if (asked.some(({ key }) => /^aws:(principal|resource)org/.test(key))) return 'organization';
  return asked.some(({ key }) => /tag\//.test(key)) ? 'tag' : 'other';
}
