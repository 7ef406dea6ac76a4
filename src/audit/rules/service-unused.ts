import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { usedServices } from '../facts/age.ts';
import { daysBetween, TRACKED_DAYS, UNUSED_DAYS } from '../facts/time.ts';

/** S3 uses KMS for the caller, which IAM does not always count as the caller's use; whether S3 is used, the last use of role or key says. */
const NEEDED: ReadonlySet<string> = new Set(['s3', 'kms', 'sts']);

export const serviceUnused = defineRule({
  id: 'service-unused',
  question: 'unused',
  severity: 'warning',
  title: `Services that are allowed were used in the last ${UNUSED_DAYS} days`,
  why: `IAM notes when a role or user last called a service that its policies allow. What was not called for ${UNUSED_DAYS} days can be taken away without anybody noticing. IAM remembers at least ${TRACKED_DAYS} days, shows a call after up to four hours, and counts calls that were refused. Nothing is said of S3, KMS and STS, which ChannelMix needs, and of roles and users that are younger.`,
  docs: userGuide('access_policies_last-accessed.html'),
  messages: {
    unused: {
      message: 'The policies of {name} allow {service}, which it last called {days} days ago.',
      fix: 'Take {service} out of the policies: ChannelMix does not need it.',
    },
    never: {
      message: `The policies of {name} allow {service}, which it never called as far back as IAM remembers (${TRACKED_DAYS} days).`,
      fix: 'Take {service} out of the policies: ChannelMix does not need it.',
    },
  },
  *check(context) {
    const { documents, now } = context;
    const { name, arn } = documents.principal;
    const { services, blind } = usedServices(context);
    yield* blind;
    for (const { service, lastAccessed: at } of services) {
      if (NEEDED.has(service)) continue;
      const days = at === undefined ? Number.POSITIVE_INFINITY : daysBetween(at, now);
      if (!(days > UNUSED_DAYS)) continue;
      const message = at === undefined ? 'never' : 'unused';
      yield { message, about: arn, key: service, data: { name, service, days } };
    }
  },
});
