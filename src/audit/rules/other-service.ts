import { fullAccessPolicyArn } from '../../generate/policy-documents.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { isWild } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { partitionOf } from '../expectation.ts';
import { CREDENTIAL_ACTIONS, DATA_ACTIONS, EXPOSURE_ACTIONS } from '../facts/catalogue.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { type NamedAction, namedActions } from '../facts/named-actions.ts';
import { openPaths } from '../facts/open-paths.ts';
import { listed } from '../facts/words.ts';

/** Services that other rules are about; the session of a role needs no permission to ask who it is. */
const ELSEWHERE: ReadonlySet<string> = new Set(['s3', 'kms', 'sts']);
/** Actions that are told with their risk. */
const RISKS: readonly string[] = [...DATA_ACTIONS, ...CREDENTIAL_ACTIONS, ...EXPOSURE_ACTIONS];
const READING =
  /^(Get|List|Describe|BatchGet|Lookup|Search|Check|View|Head|Query|Scan|Select|Validate|Estimate|Simulate)/i;

export const otherService = defineRule({
  id: 'other-service',
  question: 'excess',
  severity: 'warning',
  title: 'ChannelMix has nothing but S3 and its keys',
  why: 'ChannelMix reads and writes files in S3. Whatever else a policy allows it is left over from something, or was meant for somebody else.',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  messages: {
    change: {
      message: '{name} can change things in other services ({services}): {actions}.',
      fix: 'Take these actions out of the policies of {name}: nothing of ChannelMix uses them.',
    },
    read: {
      message: '{name} can look at other services ({services}): {actions}.',
      fix: 'Take these actions out of the policies of {name}: nothing of ChannelMix uses them.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents } = context;
    const { name, arn } = documents.principal;
    const full = fullAccessPolicyArn(partitionOf(documents));
    // One step of a way to more permissions is told with the way, where the others are allowed, too.
    const steps = openPaths(context).flatMap(({ actions }) => actions);
    const told = new Set([...RISKS, ...steps].map((action) => action.toLowerCase()));
    const found: NamedAction[] = [];
    for (const one of namedActions(context, ELSEWHERE)) {
      if ('blind' in one) yield one;
      // That the full policy is attached at all is a finding of its own.
      else if (!told.has(one.pattern.toLowerCase()) && one.effective.statement.policy !== full) found.push(one);
    }
    const isReading = ({ effective }: NamedAction): boolean => READING.test(effective.action.split(':')[1] ?? '');
    const halves = [
      ['change', found.filter((one) => !isReading(one))] as const,
      ['read', found.filter(isReading)] as const,
    ];
    for (const [message, all] of halves) {
      const [first] = all;
      if (first === undefined) continue;
      const hasWildcard = message === 'change' && all.some(({ pattern }) => isWild(pattern));
      yield {
        message,
        data: {
          name,
          services: listed(all.map(({ service }) => service)),
          actions: listed(all.map(({ pattern }) => pattern)),
        },
        about: arn,
        key: message,
        statement: first.effective.statement,
        ...(hasWildcard ? { severity: 'security' as const } : {}),
      };
    }
  },
});
