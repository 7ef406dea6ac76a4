import { placeText } from '../../diagnose/index.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { ESCALATION_GROUPS } from '../facts/catalogue.ts';
import { adminOf, reachOf } from '../facts/effective.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { openPaths } from '../facts/open-paths.ts';
import { listed } from '../facts/words.ts';

/** What all ways of a group have in common, which its words say. */
const PASS = 'iam:PassRole';

export const escalationPath = defineRule({
  id: 'escalation-path',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot give itself more permissions',
  why: 'Some permissions are as good as all others: to write policies, to make keys of other users, to start or change something that runs with another role. Whoever has them has what those roles and users have. The ways that are looked for are listed with their sources in policies/catalogue/escalation.json.',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  messages: {
    paths: {
      message: '{name} can {what}: {ways} ({place}).',
      fix: 'Take these actions out of the policies of {name}; ChannelMix needs nothing but S3 and, where files are encrypted, the use of a KMS key.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name, arn } = context.documents.principal;
    const reach = reachOf(context);
    // An administrator has them all: one finding says so.
    const isAdmin = adminOf(context) !== undefined && reach.of('iam:CreateUser') !== undefined;
    for (const [key, paths] of groupBy(openPaths(context), ({ group }) => (isAdmin ? 'all' : group))) {
      const [first] = paths;
      if (first === undefined) continue;
      const { statement } = first.last;
      const names = paths.map(({ actions }) => actions.filter((action) => action !== PASS).join(' + '));
      const ways = listed(names, 3);
      yield {
        message: 'paths',
        data: {
          name,
          what: listed(new Set(paths.map(({ group }) => ESCALATION_GROUPS[group]))),
          ways,
          place: placeText(statement),
        },
        about: arn,
        key,
        statement,
      };
    }
    yield* reach.untold();
  },
});
