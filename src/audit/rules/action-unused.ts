import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { usedServices } from '../facts/age.ts';
import { daysBetween, UNUSED_DAYS } from '../facts/time.ts';
import { listed } from '../facts/words.ts';

export const actionUnused = defineRule({
  id: 'action-unused',
  question: 'unused',
  severity: 'suggestion',
  title: 'Actions of management that are allowed are used',
  why: `Of S3, IAM tracks the actions of management one by one (such as s3:PutBucketPolicy), never those on data (s3:GetObject, s3:PutObject, s3:ListBucket): of these nothing can be said here. What is allowed, not needed by ChannelMix and not used for ${UNUSED_DAYS} days can go.`,
  docs: userGuide('access_policies_last-accessed-action-last-accessed.html'),
  messages: {
    unused: {
      message: `{name} may do {count} tracked actions of {service} that ChannelMix does not need and that were not used in the last ${UNUSED_DAYS} days: {actions}.`,
      fix: 'Name in the policies only what ChannelMix needs: `channelmix-s3 policy minimal --bucket BUCKET` prints it.',
    },
  },
  *check(context) {
    const { documents, matrix, now } = context;
    const { name, arn } = documents.principal;
    const { services, blind } = usedServices(context);
    yield* blind;
    const tracked = services.filter(({ actions = [] }) => actions.length > 0);
    if (tracked.length === 0) return;
    const cells = matrix();
    const needed = new Set(cells.filter((cell) => cell.needed).map(({ action }) => action));
    const excess = new Set(cells.filter(({ decision }) => decision !== 'deny').map(({ action }) => action));
    for (const { service, actions = [] } of tracked) {
      const unused = actions
        .filter((one) => one.lastAccessed === undefined || daysBetween(one.lastAccessed, now) > UNUSED_DAYS)
        .map((one) => (one.name.includes(':') ? one.name : `${service}:${one.name}`))
        .filter((action) => excess.has(action) && !needed.has(action));
      if (unused.length === 0) continue;
      const data = { name, service, count: unused.length, actions: listed(unused) };
      yield { message: 'unused', about: arn, key: service, data };
    }
  },
});
