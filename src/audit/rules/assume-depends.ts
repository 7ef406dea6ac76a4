import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { defineRule } from '../define-rule.ts';
import { assumption } from '../facts/assume.ts';
import { blindTo } from '../facts/words.ts';

export const assumeDepends = defineRule({
  id: 'assume-depends',
  question: 'needs',
  severity: 'warning',
  title: 'Whether ChannelMix can assume the role does not hang on what it may change',
  why: 'From which address ChannelMix calls, with which role of its own, under which name of a session: it may change each without notice, and the access would end. Its account is what stays.',
  docs: userGuide('reference_policies_condition-keys.html'),
  messages: {
    allows: {
      message: 'Whether ChannelMix can assume the role depends on {questions}: {place} allows by it.',
      fix: 'Take that condition out, or limit by the account alone: "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::031871504755:*"}.',
    },
    denies: {
      message: 'Whether ChannelMix can assume the role depends on {questions}: {place} denies by it.',
      fix: `Except account ${CHANNELMIX_ACCOUNT_ID} from it: "StringNotEquals": {"aws:PrincipalAccount": "${CHANNELMIX_ACCOUNT_ID}"}.`,
    },
    session: {
      message: 'Whether ChannelMix can assume the role {said}.',
      fix: 'Take the condition on MFA out of the trust policy: ChannelMix has none.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    const verdict = assumption(context)?.decisive;
    if (verdict?.result !== 'open') return;
    yield* blindTo(principal.trust);
    const isLetIn = verdict.reasons.some(
      (reason) => reason.kind === 'context' && reason.effect === 'Allow' && reason.questions.every(isWholeAccount),
    );
    for (const reason of verdict.reasons) {
      if (reason.kind === 'differs') {
        yield { message: 'session', data: { said: reason.text }, about: principal.arn, key: 'mfa' };
      }
      if (reason.kind !== 'context') continue;
      const questions = reason.questions.filter((question) => !isWholeAccount(question));
      if (questions.length === 0 || (reason.effect === 'Allow' && isLetIn)) continue;
      yield {
        message: reason.effect === 'Allow' ? 'allows' : 'denies',
        data: { questions: questions.join(' and '), place: placeText(reason.statement) },
        about: principal.arn,
        key: `${reason.statement.sid ?? reason.statement.index}`,
        statement: reason.statement,
      };
    }
  },
});

/** Every role of ChannelMix's account: whoever of it comes, meets that. */
function isWholeAccount(question: string): boolean {
  return new RegExp(
    `^(Arn|String)(Like|Equals)(IfExists)? aws:principalarn arn:[a-z*-]+:(iam|sts|\\*)::${CHANNELMIX_ACCOUNT_ID}:(role/)?\\*$`,
    'i',
  ).test(question);
}
