import type { QueryOperation } from '../query/operation.ts';
import { paging } from './rules.ts';
import { accountOf, authorize, pageOf } from './support.ts';

/** GetAccountSummary, with quotas as AWS has them by default. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
const getAccountSummary: QueryOperation = {
  name: 'GetAccountSummary',
  rules: [],
  handle: (call) => {
    authorize(call, 'GetAccountSummary', '*');
    const account = accountOf(call);
    const summary: Readonly<Record<string, number>> = {
      Users: account.users.size(),
      UsersQuota: 5000,
      Groups: 0,
      GroupsQuota: 300,
      Roles: account.roles.size(),
      RolesQuota: 1000,
      Policies: account.policies.size(),
      PoliciesQuota: 1500,
      PolicyVersionsInUse: [...account.policies.values()].reduce((sum, policy) => sum + policy.versions.length, 0),
      PolicyVersionsInUseQuota: 10_000,
      PolicySizeQuota: 6144,
      VersionsPerPolicyQuota: 5,
      AttachedPoliciesPerRoleQuota: 10,
      AttachedPoliciesPerUserQuota: 10,
      AccessKeysPerUserQuota: 2,
      AssumeRolePolicySizeQuota: 2048,
      AccountAccessKeysPresent: 1,
      AccountMFAEnabled: 0,
      MFADevices: 0,
    };
    return { SummaryMap: { entry: Object.entries(summary).map(([key, value]) => ({ key, value })) } };
  },
};

/** No account of the sandbox has an alias. */
const listAccountAliases: QueryOperation = {
  name: 'ListAccountAliases',
  rules: [...paging],
  handle: (call) => {
    authorize(call, 'ListAccountAliases', '*');
    return pageOf<never>(call, 'AccountAliases', [], () => undefined);
  },
};

/** Facts of the account. */
export const accountOperations: readonly QueryOperation[] = [getAccountSummary, listAccountAliases];
