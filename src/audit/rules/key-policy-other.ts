import { placeText } from '../../diagnose/index.ts';
import type { KeyDocuments } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID, UNNAMED_ACCOUNT } from '../../model/constants.ts';
import type { StatementRef } from '../../model/decision.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { othersOf } from '../facts/others.ts';
import { accountOf, actionsOf } from '../facts/statements.ts';
import { blindTo, listed } from '../facts/words.ts';

/** One way in for somebody else. */
interface Entry {
  readonly message: 'account' | 'channelmix' | 'organization';
  readonly id: string;
  readonly place: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly statement?: StatementRef;
}

export const keyPolicyOther = defineRule({
  id: 'key-policy-other',
  question: 'who-else',
  severity: 'warning',
  title: 'The KMS key lets no other account use it',
  why: 'The key of the bucket is the second lock before its data. Whoever its policy or a grant lets use it needs the files only, and files get about: by copies, backups and replication. An entry for ChannelMix’s account itself stays when the role is removed.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  messages: {
    account: {
      message: 'Account {account} may {actions} with key {key}: {place} lets {names}.',
      fix: 'Take {names} out of {place}, unless that account is meant to use the key.',
    },
    channelmix: {
      message: 'ChannelMix’s account may {actions} with key {key} without the role: {place} lets {names}.',
      fix: 'Take {names} out of {place}: the role is enough, and removing it must end the access.',
    },
    organization: {
      message: 'Every account of organization {account} may {actions} with key {key}: {place} lets all of it.',
      fix: 'Name the accounts or roles that use the key in {place} instead of the whole organization.',
    },
  },
  *check({ documents }) {
    for (const key of documents.keys) {
      yield* blindTo(key.policy, key.grants);
      const own = ownAccounts(documents.principal.account, key);
      for (const [id, found] of groupBy([...ofPolicy(key, own), ...ofGrants(key, own)], (entry) => entry.id)) {
        const [first] = found;
        if (first === undefined) continue;
        const { message, place, statement } = first;
        const names = listed(found.map(({ name }) => name));
        const actions = listed(found.flatMap((entry) => entry.actions));
        yield {
          message,
          data: { account: id, key: key.arn, place, names, actions },
          about: key.arn,
          key: id,
          ...(statement === undefined ? {} : { statement }),
        };
      }
    }
  },
});

/** The accounts that the key is of; none where nothing says it. */
function ownAccounts(account: string, key: KeyDocuments): ReadonlySet<string> {
  const all = [account, key.account, parseArn(key.arn)?.account];
  return new Set(all.filter((one) => one !== undefined && one !== '' && one !== UNNAMED_ACCOUNT) as readonly string[]);
}

/** An account that the policy of a key names may be its own, where that is not known. */
function isOther(id: string, own: ReadonlySet<string>): boolean {
  return id === CHANNELMIX_ACCOUNT_ID || (own.size > 0 && !own.has(id));
}

function ofPolicy({ policy }: KeyDocuments, own: ReadonlySet<string>): readonly Entry[] {
  if (policy.state !== 'read') return [];
  return othersOf(policy.value, own).flatMap(({ kind, id, name, stated }): readonly Entry[] => {
    const entry = { id, name, place: placeText(stated.ref), statement: stated.ref, actions: actionsOf(stated) };
    if (kind === 'organization') return [{ ...entry, message: kind }];
    return (kind === 'account' || kind === 'channelmix') && isOther(id, own) ? [{ ...entry, message: kind }] : [];
  });
}

function ofGrants({ grants }: KeyDocuments, own: ReadonlySet<string>): readonly Entry[] {
  if (grants.state !== 'read') return [];
  return grants.value.flatMap(({ id: grant, granteePrincipal: name, operations }): readonly Entry[] => {
    const id = accountOf(name);
    if (id === undefined || own.has(id) || !isOther(id, own)) return [];
    const message = id === CHANNELMIX_ACCOUNT_ID ? 'channelmix' : 'account';
    return [{ message, id, name, place: `grant ${grant}`, actions: operations.map((operation) => `kms:${operation}`) }];
  });
}
