import { type Partition, parseArn, parseRoleArn, type RoleArn } from '../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { inputError } from '../model/errors.ts';
import { iamNameRule, iamPathRule, RULE_DOCS } from './rules.ts';

/** A role that ChannelMix can assume. */
export type ChannelMixRoleArn = RoleArn & { readonly partition: Partition };

/**
 * Reads the ARN of a role that ChannelMix shall assume.
 *
 * @param text what the user gave
 * @param field how the user named it, for example `--role-arn`
 * @throws KitError `input` that says what was given instead, and what to send
 */
export function readRoleArn(text: string, field: string): ChannelMixRoleArn {
  const trimmed = text.trim();
  const role = parseRoleArn(trimmed);
  const problem = roleArnProblem(trimmed);
  if (problem !== undefined || role === undefined) {
    throw inputError('This is not the ARN of a role that ChannelMix can assume:', [
      { field, value: text.slice(0, 200), rule: problem?.rule ?? '', docs: RULE_DOCS.arn },
    ]);
  }
  return { ...role, partition: 'aws' };
}

/**
 * Reads the ARN of a role that is looked at: of any partition, and whoever can assume it.
 *
 * @param field how the user named it, for example `--role-arn`
 * @throws KitError `input` that says what was given instead
 */
export function readAuditRoleArn(text: string, field: string): RoleArn {
  const trimmed = text.trim();
  const role = parseRoleArn(trimmed);
  const rule = role === undefined ? notARole(trimmed).rule : (iamNameRule(64)(role.name) ?? iamPathRule(role.path));
  if (role !== undefined && rule === undefined) return role;
  throw inputError('This is not the ARN of a role:', [
    { field, value: text.slice(0, 200), rule: rule ?? '', docs: RULE_DOCS.arn },
  ]);
}

/** What is wrong with the ARN of a role: what it is instead, or which rule it breaks, and that in words. */
export interface RoleArnProblem {
  readonly id:
    | 'no-arn'
    | 'role-name'
    | 'session-arn'
    | 'user-arn'
    | 'policy-arn'
    | 'root-arn'
    | 'other-arn'
    | 'role-arn-region'
    | 'role-arn-account'
    | 'role-arn-name'
    | 'other-partition'
    | 'channelmix-role'
    | 'service-role';
  readonly rule: string;
}

/** Why a text is not the ARN of a role that ChannelMix can assume; `undefined` when it is one. */
export function roleArnProblem(text: string): RoleArnProblem | undefined {
  const role = parseRoleArn(text);
  if (role === undefined) return notARole(text);
  if (role.partition !== 'aws') {
    const rule = `is in partition "${role.partition}": a role cannot be assumed across partitions, and ChannelMix is in "aws"; use an access key`;
    return { id: 'other-partition', rule };
  }
  if (role.account === CHANNELMIX_ACCOUNT_ID) {
    return { id: 'channelmix-role', rule: "is in ChannelMix's own account; send the role in yours" };
  }
  if (role.path.startsWith('/aws-service-role/')) {
    return {
      id: 'service-role',
      rule: 'is a role that only a service of AWS can assume; send the role made for ChannelMix',
    };
  }
  const rule = iamNameRule(64)(role.name) ?? iamPathRule(role.path);
  return rule === undefined ? undefined : { id: 'role-arn-name', rule };
}

/** Says what the text is instead: the mistakes that support sees. */
function notARole(text: string): RoleArnProblem {
  const shape = 'arn:aws:iam::ACCOUNT:role/NAME';
  const arn = parseArn(text);
  if (arn === undefined) {
    if (/^role\//.test(text) || /^[\w+=,.@-]{1,64}$/.test(text)) {
      return { id: 'role-name', rule: `is a name; send the whole ARN: ${shape}` };
    }
    return { id: 'no-arn', rule: `must be the ARN of a role: ${shape}` };
  }
  const session = /^assumed-role\/([^/]+)/.exec(arn.resource)?.[1];
  if (arn.service === 'sts' && session !== undefined) {
    const rule = `is the ARN of a session; send the role's: arn:${arn.partition}:iam::${arn.account}:role/${session} (with the role's path, if it has one)`;
    return { id: 'session-arn', rule };
  }
  if (arn.service !== 'iam') {
    return { id: 'other-arn', rule: `is an ARN of ${arn.service || 'no service'}; it must be one of a role: ${shape}` };
  }
  if (arn.region !== '') return { id: 'role-arn-region', rule: 'must have no region: IAM is global' };
  const kind = arn.resource.split('/')[0] ?? '';
  if (kind !== 'role') {
    const rule = `is the ARN of a ${kind}; it must be one of a role: ${shape}`;
    return { id: KIND_PROBLEMS[kind] ?? 'other-arn', rule };
  }
  if (!/^\d{12}$/.test(arn.account)) return { id: 'role-arn-account', rule: 'must have an account id of 12 digits' };
  return { id: 'role-arn-name', rule: `must name the role: ${shape}` };
}

const KIND_PROBLEMS: Readonly<Record<string, 'user-arn' | 'policy-arn' | 'root-arn'>> = {
  user: 'user-arn',
  policy: 'policy-arn',
  root: 'root-arn',
};
