import type { ManagedPolicy, Role, User } from '../identity/store.ts';
import type { QueryCall, QueryOperation } from '../query/operation.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { arn, paging, roleName, userName } from './rules.ts';
import { accountOf, authorize, authorizedPrincipal, pageOf, readTags, storePrincipal, tagContext } from './support.ts';

const MAX_TAGS = 50;

type Tagged = Role | User | ManagedPolicy;

/** How the three kinds of tagged things are found, authorized and written back. */
interface Kind {
  readonly title: 'Role' | 'User' | 'Policy';
  readonly rule: typeof roleName;
  readonly find: (
    call: QueryCall,
    operation: string,
    context?: Readonly<Record<string, string | readonly string[]>>,
  ) => Tagged;
  readonly store: (call: QueryCall, changed: Tagged) => void;
}

function principalKind(title: 'Role' | 'User', rule: typeof roleName): Kind {
  return {
    title,
    rule,
    find: (call, operation, context) =>
      authorizedPrincipal(call, title === 'Role' ? 'role' : 'user', operation, context),
    store: (call, changed) => {
      if ('kind' in changed) storePrincipal(call, changed);
    },
  };
}

const POLICY: Kind = {
  title: 'Policy',
  rule: arn('PolicyArn'),
  find: (call, operation, context) => {
    const policyArn = call.parameters.need('PolicyArn');
    authorize(call, operation, policyArn, context);
    const policy = accountOf(call).policies.get(policyArn);
    if (policy === undefined) throw noSuchEntity(`Policy ${policyArn} was not found.`);
    return policy;
  },
  store: (call, changed) => {
    if (!('kind' in changed)) accountOf(call).policies.set(changed.arn, changed);
  },
};

function tagOperations({ title, rule, find, store }: Kind): readonly QueryOperation[] {
  return [
    {
      name: `Tag${title}`,
      rules: [rule],
      handle: (call) => {
        const added = readTags(call.parameters);
        const tagged = find(call, `Tag${title}`, tagContext(added));
        const tags: Record<string, string> = { ...tagged.tags };
        for (const [key, value] of Object.entries(added)) {
          const existing = Object.keys(tags).find((known) => known.toLowerCase() === key.toLowerCase());
          if (existing !== undefined) delete tags[existing];
          tags[key] = value;
        }
        if (Object.keys(tags).length > MAX_TAGS) {
          throw limitExceeded(`The number of tags has reached the maximum limit.`);
        }
        store(call, { ...tagged, tags });
        return undefined;
      },
    },
    {
      name: `Untag${title}`,
      rules: [rule],
      handle: (call) => {
        const keys = call.parameters.list('TagKeys');
        const tagged = find(call, `Untag${title}`, keys.length === 0 ? {} : { 'aws:TagKeys': keys });
        const removed = new Set(keys.map((key) => key.toLowerCase()));
        const tags = Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !removed.has(key.toLowerCase())));
        store(call, { ...tagged, tags });
        return undefined;
      },
    },
    {
      name: `List${title}Tags`,
      rules: [rule, ...paging],
      handle: (call) => {
        const tagged = find(call, `List${title}Tags`);
        return pageOf(call, 'Tags', Object.entries(tagged.tags), ([Key, Value]) => ({ Key, Value }));
      },
    },
  ];
}

/** Tags of roles, users and managed policies. */
export const tagsOperations: readonly QueryOperation[] = [
  principalKind('Role', roleName),
  principalKind('User', userName),
  POLICY,
].flatMap(tagOperations);
