import { isDeadPrincipal } from '../../diagnose/principals.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import { defineRule } from '../define-rule.ts';
import { principalsOf, statementsOf } from '../facts/statements.ts';
import { blindTo } from '../facts/words.ts';

export const deletedPrincipal = defineRule({
  id: 'deleted-principal',
  question: 'hygiene',
  severity: 'warning',
  title: 'Policies name roles and users that exist',
  why: 'When a role or user is deleted, AWS writes its id (AROA…, AIDA…) where its ARN stood. One of the same name that is made later has another id and is not meant. The statement does nothing any more, and IAM refuses the policy when somebody saves it again.',
  docs: userGuide('reference_policies_elements_principal.html#principal-roles'),
  messages: {
    deleted: {
      message: 'The {policy} names {id}, a role or user that was deleted.',
      fix: 'Take {id} out of the statement, or put the ARN of the one that is meant now in its place.',
    },
  },
  *check({ documents, arnOf }) {
    const { principal, buckets, keys } = documents;
    const policies: readonly (readonly [string, Piece<NamedPolicy>])[] = [
      [principal.arn, principal.trust],
      ...buckets.map((bucket) => [arnOf(bucket), bucket.policy] as const),
      ...keys.map((key) => [key.arn, key.policy] as const),
    ];
    for (const [about, policy] of policies) {
      yield* blindTo(policy);
      if (policy.state !== 'read') continue;
      for (const { ref, statement } of statementsOf(policy.value)) {
        for (const { type, value } of principalsOf(statement)) {
          if (type !== 'AWS' || !isDeadPrincipal(value)) continue;
          const data = { policy: policy.value.name, id: value };
          yield { message: 'deleted', about, key: `${value} ${ref.index}`, data, statement: ref };
        }
      }
    }
  },
});
