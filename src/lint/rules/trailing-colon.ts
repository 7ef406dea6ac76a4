import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const onObjects = '"Resource": "arn:aws:s3:::acme-reports/*"';

export const trailingColon = defineRule({
  id: 'trailing-colon',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-invalid-action'),
  title: 'An action does not end in a colon',
  why: 'A colon too many makes another, unknown action of it, which allows nothing. ChannelMix’s old help article had s3:AbortMultipartUpload with one.',
  messages: { colon: '{action} has a colon too many: {meant}.' },
  *check({ statements }) {
    for (const { actions } of statements) {
      for (const { negated, values } of actions) {
        for (const node of values) {
          if (!/[^:]:[^:]+:+$/.test(node.value)) continue;
          const meant = node.value.replace(/:+$/, '');
          const hit = { node, message: 'colon' as const, data: { action: node.value, meant } };
          if (negated || !/^[\w-]+:[\w*?]+$/.test(meant)) {
            yield hit;
            continue;
          }
          const there = values.some(({ value }) => value.toLowerCase() === meant.toLowerCase());
          yield {
            ...hit,
            fix: there
              ? {
                  explanation: `${node.value} is removed: without the colon it is in the list already.`,
                  edits: [{ op: 'remove', node }],
                }
              : {
                  explanation: `${node.value} becomes ${meant}: the colon at its end is a slip.`,
                  meant,
                  edits: [{ op: 'replace', node, value: meant }],
                },
          };
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow(`"Action": ["s3:PutObject", "s3:AbortMultipartUpload:"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:PutObject", "s3:AbortMultipartUpload"], ${onObjects}`),
      },
    ],
    good: [{ text: allow(`"Action": ["s3:PutObject", "s3:AbortMultipartUpload"], ${onObjects}`) }],
  },
});
