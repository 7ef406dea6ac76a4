import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { isPrivate, readIpRange } from '../facts/ip.ts';
import { textNodes } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';

export const privateIp = defineRule({
  id: 'private-ip',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-private-ip-address'),
  title: 'aws:SourceIp is a public address',
  why: 'aws:SourceIp is the address from which AWS sees the request come, which is never a private one. Requests through a VPC endpoint have no aws:SourceIp at all; their private address is aws:VpcSourceIp.',
  messages: {
    only: 'aws:SourceIp is never a private address: {value} matches no request. Use the public address, or aws:VpcSourceIp.',
    some: 'aws:SourceIp is never a private address: {value} matches no request.',
  },
  *check({ statements }) {
    for (const { conditions } of statements) {
      for (const one of conditions) {
        if (one.key.value.toLowerCase() !== 'aws:sourceip') continue;
        const ranges = textNodes(one).map((node) => ({ node, range: readIpRange(node.value) }));
        const inside = ranges.filter(({ range }) => range !== undefined && isPrivate(range));
        const all = inside.length === one.values.length;
        for (const { node } of inside) {
          yield {
            node,
            message: all ? 'only' : 'some',
            data: { value: node.value },
            ...(all ? {} : { severity: 'warning' }),
          };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}') },
      { text: condition('{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "fd00::/8"]}}') },
    ],
    good: [
      { text: condition('{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}') },
      { text: condition('{"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}') },
    ],
  },
});
