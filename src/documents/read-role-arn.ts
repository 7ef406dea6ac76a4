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
  const rule = role === undefined ? notARole(trimmed) : roleProblem(role);
  if (rule !== undefined || role === undefined) {
    throw inputError('This is not the ARN of a role that ChannelMix can assume:', [
      { field, value: text.slice(0, 200), rule: rule ?? '', docs: RULE_DOCS.arn },
    ]);
  }
  return { ...role, partition: 'aws' };
}

function roleProblem(role: RoleArn): string | undefined {
  if (role.partition !== 'aws') {
    return `is in partition "${role.partition}": a role cannot be assumed across partitions, and ChannelMix is in "aws"; use an access key`;
  }
  if (role.account === CHANNELMIX_ACCOUNT_ID) return "is in ChannelMix's own account; send the role in yours";
  return iamNameRule(64)(role.name) ?? iamPathRule(role.path);
}

/** Says what the text is instead: the mistakes that support sees. */
function notARole(text: string): string {
  const shape = 'arn:aws:iam::ACCOUNT:role/NAME';
  const arn = parseArn(text);
  if (arn === undefined) {
    if (/^role\//.test(text) || /^[\w+=,.@-]{1,64}$/.test(text)) return `is a name; send the whole ARN: ${shape}`;
    return `must be the ARN of a role: ${shape}`;
  }
  const session = /^assumed-role\/([^/]+)/.exec(arn.resource)?.[1];
  if (arn.service === 'sts' && session !== undefined) {
    return `is the ARN of a session; send the role's: arn:${arn.partition}:iam::${arn.account}:role/${session} (with the role's path, if it has one)`;
  }
  if (arn.service !== 'iam') return `is an ARN of ${arn.service || 'no service'}; it must be one of a role: ${shape}`;
  if (arn.region !== '') return 'must have no region: IAM is global';
  const kind = arn.resource.split('/')[0];
  if (kind !== 'role') return `is the ARN of a ${kind}; it must be one of a role: ${shape}`;
  if (!/^\d{12}$/.test(arn.account)) return 'must have an account id of 12 digits';
  return `must name the role: ${shape}`;
}
