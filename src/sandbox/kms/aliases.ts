import { validationException } from '../json/input.ts';
import type { JsonCall, JsonOperation } from '../json/service.ts';
import { authorizedKey, authorizeWithoutKey, keysOf } from './access.ts';
import { alreadyExists, notFound } from './errors.ts';
import { truncated } from './keys.ts';
import type { Alias, KmsKey } from './store.ts';

function readAliasName(call: JsonCall): { readonly name: string; readonly arn: string } {
  const name = call.input.need('AliasName');
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name) || name.length > 256) {
    throw validationException('AliasName', 'Member must satisfy regular expression pattern: ^alias/[a-zA-Z0-9/_-]+$');
  }
  const arn = `arn:${keysOf(call).partition}:kms:${call.region}:${call.caller.account}:${name}`;
  return { name, arn };
}

/** The key that `TargetKeyId` names, authorized for this operation, as the alias is. */
function authorizedTarget(call: JsonCall, aliasArn: string): KmsKey {
  authorizeWithoutKey(call, aliasArn);
  const { input } = call;
  const renamed = { ...input, need: (name: string) => input.need(name === 'KeyId' ? 'TargetKeyId' : name) };
  return authorizedKey({ ...call, input: renamed }, { customer: true, alive: true });
}

function existing(call: JsonCall, arn: string): Alias {
  const alias = keysOf(call).aliases.get(arn);
  if (alias === undefined) throw notFound(`Alias ${arn} is not found.`);
  return alias;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
const createAlias: JsonOperation = {
  name: 'CreateAlias',
  handle: (call) => {
    const { name, arn } = readAliasName(call);
    const key = authorizedTarget(call, arn);
    if (name.startsWith('alias/aws/')) throw validationException('AliasName', 'alias/aws/ is reserved');
    if (keysOf(call).aliases.has(arn)) throw alreadyExists(`An alias with the name ${arn} already exists`);
    keysOf(call).aliases.set(arn, { name, arn, target: key.arn, createdAt: call.world.now() });
    return {};
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
const updateAlias: JsonOperation = {
  name: 'UpdateAlias',
  handle: (call) => {
    const { arn } = readAliasName(call);
    const key = authorizedTarget(call, arn);
    keysOf(call).aliases.set(arn, { ...existing(call, arn), target: key.arn });
    return {};
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html: allowed on the alias and on its key. */
const deleteAlias: JsonOperation = {
  name: 'DeleteAlias',
  handle: (call) => {
    const { arn } = readAliasName(call);
    authorizeWithoutKey(call, arn);
    const { target } = existing(call, arn);
    const { input } = call;
    authorizedKey({ ...call, input: { ...input, need: (name) => (name === 'KeyId' ? target : input.need(name)) } });
    keysOf(call).aliases.delete(arn);
    return {};
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
const listAliases: JsonOperation = {
  name: 'ListAliases',
  handle: (call) => {
    authorizeWithoutKey(call);
    const store = keysOf(call);
    const only = call.input.text('KeyId');
    const prefix = `arn:${store.partition}:kms:${call.region}:${call.caller.account}:`;
    const aliases = [...store.aliases.values()]
      .filter((alias) => alias.arn.startsWith(prefix))
      .filter((alias) => only === undefined || alias.target === only || alias.target.endsWith(`:key/${only}`))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return truncated(call, 'Aliases', aliases, 50, (alias) => ({
      AliasName: alias.name,
      AliasArn: alias.arn,
      TargetKeyId: alias.target.slice(alias.target.lastIndexOf('/') + 1),
      CreationDate: alias.createdAt.getTime() / 1000,
      LastUpdatedDate: alias.createdAt.getTime() / 1000,
    }));
  },
};

/** Aliases of keys. */
export const aliasOperations: readonly JsonOperation[] = [createAlias, updateAlias, deleteAlias, listAliases];
