import { placeText } from '../../diagnose/index.ts';
import { fullAccessPolicyArn } from '../../generate/policy-documents.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { shellWord } from '../../model/shell.ts';
import { defineRule } from '../define-rule.ts';
import { partitionOf } from '../expectation.ts';
import { allowsAny } from '../facts/blame.ts';
import { blindToExcess, excessOf } from '../facts/excess-groups.ts';
import { s3ExcessAreas } from '../facts/s3-excess.ts';
import { statementsOf, textsOf } from '../facts/statements.ts';
import { capital, listed } from '../facts/words.ts';

export const largerLevel = defineRule({
  id: 'larger-level',
  question: 'excess',
  severity: 'warning',
  title: 'ChannelMix has the access level that is meant',
  why: 'Minimal access is four actions on one bucket; AmazonS3FullAccess is every action of S3 on every bucket that the account reaches, today’s and tomorrow’s. Each step up should be somebody’s decision.',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  messages: {
    managed: {
      message: 'AmazonS3FullAccess is attached to {name}, where {access} access is meant.',
      fix: 'Attach the policy that "channelmix-s3 policy {access}" prints instead, then detach it: aws iam detach-{kind}-policy --{kind}-name {name} --policy-arn {policy}',
    },
    wildcard: {
      message: '{place} allows {name} {pattern}, every action of S3, where {access} access is meant.',
      fix: 'Replace the wildcard by the actions that are meant: "channelmix-s3 policy {access}" prints them.',
    },
    extended: {
      message: '{name} has more than minimal access to {where}: {actions} belong to extended access.',
      fix: 'If large, tagged or interrupted uploads need them, audit with --access extended; otherwise take them out of {written}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents, expected } = context;
    const { name, arn, kind, identity } = documents.principal;
    const policy = fullAccessPolicyArn(partitionOf(documents));
    if (expected.access === 'full') return;
    const areas = s3ExcessAreas(context);
    let isTold = false;
    for (const one of areas.length > 0 ? identity.read : []) {
      const data = { name: shellWord(name), kind, access: expected.access, policy };
      if (one.name === policy) {
        isTold = true;
        yield { message: 'managed', data, about: arn, key: 'managed' };
        continue;
      }
      const wild = statementsOf(one).find(
        ({ ref, effect, statement }) =>
          effect === 'Allow' &&
          textsOf(statement.Action).some((text) => /^s3:\*+$/i.test(text)) &&
          allowsAny(context, ref, areas),
      );
      if (wild === undefined) continue;
      isTold = true;
      const more = { place: capital(placeText(wild.ref)), pattern: 's3:*' };
      yield { message: 'wildcard', data: { ...data, ...more }, about: arn, key: one.name, statement: wild.ref };
    }
    if (isTold) return;
    for (const { actions, where, written, ...rest } of excessOf(context, 'level')) {
      yield {
        message: 'extended',
        data: { name, where, written, actions: listed(actions, 8) },
        severity: 'suggestion',
        ...rest,
      };
    }
  },
});
