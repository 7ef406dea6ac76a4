import { userGuide } from '../../lint/facts/pages.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { changedPermissions } from '../facts/changed-permissions.ts';
import { listed } from '../facts/words.ts';

export const permissionGone = defineRule({
  id: 'permission-gone',
  question: 'drift',
  severity: 'warning',
  title: 'What the baseline allows can be done',
  why: 'A statement that was taken out, a Deny or a boundary that came along: what ChannelMix could do it cannot any more, or under conditions only. Whether it needs it, the rules about its needs say.',
  docs: userGuide('access_policies_manage-edit.html'),
  messages: {
    gone: {
      message: 'Since the baseline {path}, {name} can do less on {resource}: {actions}.',
      fix: 'Deploy the grant or the code again, or make the baseline anew if it is meant.',
    },
  },
  *check(context) {
    const { baseline, documents } = context;
    const changes = changedPermissions(context);
    if (baseline === undefined || changes === undefined) return;
    for (const why of changes.unread) yield { blind: why };
    const { name, arn } = documents.principal;
    for (const [resource, gone] of groupBy(changes.gone, ({ part }) => part.resources.join(', '))) {
      const actions = listed(gone.map(({ action }) => action));
      yield { message: 'gone', about: arn, key: resource, data: { path: baseline.path, name, resource, actions } };
    }
  },
});
