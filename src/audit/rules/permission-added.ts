import { userGuide } from '../../lint/facts/pages.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { changedPermissions } from '../facts/changed-permissions.ts';
import { listed } from '../facts/words.ts';

export const permissionAdded = defineRule({
  id: 'permission-added',
  question: 'drift',
  severity: 'security',
  title: 'Nothing can be done that the baseline does not allow',
  why: 'Permissions grow by hand: a statement for a test, a policy for another tool. Compared is what can be done, not how the policies are written: two sets of policies that come to the same are the same.',
  docs: userGuide('access_policies_manage-edit.html'),
  messages: {
    added: {
      message: 'Since the baseline {path}, {name} can do more on {resource}: {actions}.',
      fix: 'If it is meant, take it into the grant or the code and make the baseline anew; otherwise take it out of the policy that allows it.',
    },
  },
  *check(context) {
    const { baseline, documents } = context;
    const changes = changedPermissions(context);
    if (baseline === undefined || changes === undefined) return;
    for (const why of changes.unread) yield { blind: why };
    const { name, arn } = documents.principal;
    for (const [resource, added] of groupBy(changes.added, ({ part }) => part.resources.join(', '))) {
      const actions = listed(added.map(({ action }) => action));
      yield { message: 'added', about: arn, key: resource, data: { path: baseline.path, name, resource, actions } };
    }
  },
});
