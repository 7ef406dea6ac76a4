import { RULE_DOCS } from '../documents/rules.ts';
import { parseArn } from '../model/arn.ts';
import { inputError } from '../model/errors.ts';

/** The user as the command line names it. */
export interface NamedUser {
  readonly name: string;
  /** Where it was named by ARN. */
  readonly arn?: string;
  readonly account?: string;
}

/**
 * The user that `--user` names, by name or ARN.
 *
 * @param error the first line of the error, and what is said of a role
 * @throws KitError `input` for what is no user
 */
export function readNamedUser(given: string, error: { readonly what: string; readonly ofRole: string }): NamedUser {
  const text = given.trim();
  const arn = parseArn(text);
  const [, name = arn === undefined ? text : ''] =
    /^user\/(?:[\u0021-\u007E]*\/)?([^/]+)$/.exec(arn?.resource ?? '') ?? [];
  const rule = arn?.resource.startsWith('role/') === true ? error.ofRole : userProblem(name, arn);
  if (rule !== undefined) {
    throw inputError(error.what, [{ field: '--user', value: text.slice(0, 200), rule, docs: RULE_DOCS.iamName }]);
  }
  return { name, ...(arn === undefined ? {} : { arn: text, account: arn.account }) };
}

function userProblem(name: string, arn: ReturnType<typeof parseArn>): string | undefined {
  if (arn?.resource === 'root') return 'is the root user: remove its keys in the console, and use an IAM user';
  if (arn !== undefined && (arn.service !== 'iam' || !/^\d{12}$/.test(arn.account))) return 'is not the ARN of a user';
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return undefined;
  return 'must be the name of an IAM user: at most 64 letters, digits and +=,.@_-';
}
