import { isWild } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { textNodes } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';
import { withoutVariables } from '../facts/variables.ts';

export const wildcardWithoutLike = defineRule({
  id: 'wildcard-without-like',
  severity: 'warning',
  audience: 'any',
  docs: policyCheck('general-warning-wildcard-without-like-operator'),
  title: 'Wildcards need a Like operator',
  why: 'StringEquals takes * and ? for what they are, characters: the value matches only itself. StringLike reads them as wildcards.',
  messages: { found: '{operator} does not read wildcards: {value} matches only that very text. Use {like}.' },
  *check({ statements }) {
    for (const { conditions } of statements) {
      for (const one of conditions) {
        const form = /^String(Not)?Equals(IgnoreCase)?$/.exec(one.base);
        if (form === null) continue;
        for (const node of textNodes(one)) {
          if (!isWild(withoutVariables(node.value, '').replace(/\$\{[*?$]\}/g, ''))) continue;
          const like = one.operator.value.replace(one.base, `String${form[1] ?? ''}Like`);
          if (/\$\{[*?]\}/.test(node.value) && !isWild(node.value.replace(/\$\{[^}]*\}/g, ''))) continue;
          yield {
            node,
            message: 'found',
            data: { operator: one.operator.value, value: JSON.stringify(node.value), like },
          };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"StringEquals": {"s3:prefix": "reports/*"}}', 's3:ListBucket', 'arn:aws:s3:::acme-reports') },
    ],
    good: [
      { text: condition('{"StringLike": {"s3:prefix": "reports/*"}}', 's3:ListBucket', 'arn:aws:s3:::acme-reports') },
    ],
  },
});
