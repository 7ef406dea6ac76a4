/**
 * Who asks: the kinds of principals that AWS tells apart, read from the text of a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type CallerKind =
  | 'user'
  | 'session'
  | 'role'
  | 'root'
  | 'federated-user'
  | 'provider'
  | 'service'
  | 'anonymous'
  | 'unknown';

export interface Caller {
  readonly kind: CallerKind;
  /** As the request gives it. */
  readonly arn: string;
  readonly account: string;
  readonly partition: string;
  /** Name of the user or role without path, of the session's role for `session`; empty for the rest. */
  readonly name: string;
}

const ACCOUNT_ID = /^\d{12}$/;
/** A host name of two labels or more: service principals and the built-in identity providers. */
const HOST_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

function named(kind: CallerKind, arn: string): Caller {
  return { kind, arn, account: '', partition: '', name: '' };
}

/** Reads the principal of a request; `unknown` for a text that is none. */
export function parseCaller(principal: string): Caller {
  if (principal.startsWith('arn:')) return parseArnCaller(principal);
  if (principal === '*' || principal === 'anonymous') return named('anonymous', '*');
  if (ACCOUNT_ID.test(principal)) {
    return { kind: 'root', arn: `arn:aws:iam::${principal}:root`, account: principal, partition: 'aws', name: '' };
  }
  return named(HOST_NAME.test(principal) ? 'service' : 'unknown', principal);
}

function parseArnCaller(arn: string): Caller {
  const service = arn.indexOf(':', 4) + 1;
  const region = arn.indexOf(':', service) + 1;
  const account = arn.indexOf(':', region) + 1;
  const resource = arn.indexOf(':', account) + 1;
  // An index of 0 means that a colon was not there; IAM and STS are global, so that the region is empty.
  if (service === 0 || region === 0 || account !== region + 1 || resource !== account + 13)
    return named('unknown', arn);
  const partition = arn.slice(4, service - 1);
  const id = arn.slice(account, resource - 1);
  const serviceName = arn.slice(service, region - 1);
  const kind =
    serviceName === 'iam' ? iamKind(arn, resource) : serviceName === 'sts' ? stsKind(arn, resource) : 'unknown';
  return { kind, arn, account: id, partition, name: nameOf(kind, arn, resource) };
}

function iamKind(arn: string, resource: number): CallerKind {
  if (arn.startsWith('user/', resource)) return 'user';
  if (arn.startsWith('role/', resource)) return 'role';
  if (arn.length === resource + 4 && arn.endsWith('root')) return 'root';
  if (arn.startsWith('saml-provider/', resource) || arn.startsWith('oidc-provider/', resource)) return 'provider';
  return 'unknown';
}

function stsKind(arn: string, resource: number): CallerKind {
  if (arn.startsWith('federated-user/', resource)) return 'federated-user';
  if (!arn.startsWith('assumed-role/', resource)) return 'unknown';
  const slash = arn.indexOf('/', resource + 13);
  return slash > resource + 13 && slash < arn.length - 1 ? 'session' : 'unknown';
}

function nameOf(kind: CallerKind, arn: string, resource: number): string {
  if (kind === 'user' || kind === 'role') return arn.slice(arn.lastIndexOf('/') + 1);
  if (kind === 'session') return arn.slice(resource + 13, arn.indexOf('/', resource + 13));
  return '';
}

/** ARN of the session's role, without its path, which the session's ARN does not hold. */
export function pathlessRoleArn(caller: Caller): string {
  return `arn:${caller.partition}:iam::${caller.account}:role/${caller.name}`;
}

function principalArn(caller: Caller): string | undefined {
  if (caller.kind === 'session') return pathlessRoleArn(caller);
  return caller.account === '' ? undefined : caller.arn;
}

const PRINCIPAL_TYPES: Readonly<Partial<Record<CallerKind, string>>> = {
  user: 'User',
  session: 'AssumedRole',
  role: 'AssumedRole',
  root: 'Account',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
};

/**
 * A context key that every real request has and that follows from the principal and the resource's account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
 */
export function derivedKey(caller: Caller, resourceAccount: string, lowerCaseKey: string): string | undefined {
  switch (lowerCaseKey) {
    case 'aws:principalarn':
      return principalArn(caller);
    case 'aws:principalaccount':
      return caller.account || undefined;
    case 'aws:principaltype':
      return PRINCIPAL_TYPES[caller.kind];
    case 'aws:principalisawsservice':
      return caller.kind === 'service' ? 'true' : caller.kind === 'unknown' ? undefined : 'false';
    case 'aws:principalservicename':
      return caller.kind === 'service' ? caller.arn : undefined;
    case 'aws:username':
      return caller.kind === 'user' ? caller.name : undefined;
    case 'aws:userid':
      return caller.kind === 'root' ? caller.account : undefined;
    case 'aws:resourceaccount':
      return resourceAccount || undefined;
    default:
      return undefined;
  }
}
