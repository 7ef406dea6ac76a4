import { AwsError, type AwsResponse, type ServiceContext } from '../contract.ts';
import { type QueryService, queryAnswer } from '../http/answer.ts';
import type { Identity } from '../identity/credentials.ts';
import type { QueryOperation, QueryResult, World } from './operation.ts';
import { type Parameters, validate } from './parameters.ts';

/** API versions. https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html, …/STS/latest/APIReference/welcome.html */
const VERSIONS: Readonly<Record<QueryService, string>> = { iam: '2010-05-08', sts: '2011-06-15' };

/** A query service as the pipeline holds it. */
export interface QueryModule {
  readonly service: QueryService;
  /** Serves one authenticated call. Throws `AwsError`. */
  readonly handle: (
    parameters: Parameters,
    identity: Identity,
    context: ServiceContext,
    requestId: string,
  ) => AwsResponse;
  /** The same without a protocol around it: what the operation gives. Throws `AwsError`. */
  readonly call: (
    parameters: Parameters,
    identity: Identity,
    context: ServiceContext,
  ) => { readonly operation: string; readonly result: QueryResult | undefined };
}

/** Makes a query service of its operations. What is not among them gets 501, by name. */
export function createQueryService(
  service: QueryService,
  operations: readonly QueryOperation[],
  world: World,
): QueryModule {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const call: QueryModule['call'] = (parameters, identity, context) => {
    const action = parameters.get('Action');
    if (action === undefined || action === '') {
      throw new AwsError('MissingAction', 400, 'The request is missing an action or a required parameter.');
    }
    const version = parameters.get('Version');
    if (version !== undefined && version !== VERSIONS[service]) {
      throw new AwsError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
    }
    const operation = byName.get(action);
    if (operation === undefined) {
      throw new AwsError('NotImplemented', 501, `The sandbox does not implement ${service}:${action}.`);
    }
    refuseSessionWithoutMfa(service, action, identity);
    validate(parameters, operation.rules);
    const result = operation.handle({ parameters, identity, caller: context.caller, context, world });
    return { operation: operation.name, result };
  };
  return {
    service,
    call,
    handle: (parameters, identity, context, requestId) => {
      const { operation, result } = call(parameters, identity, context);
      return queryAnswer(operation, result, service, requestId);
    },
  };
}

/** GetSessionToken's credentials do not reach IAM without MFA, nor STS but for two operations. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
function refuseSessionWithoutMfa(service: QueryService, action: string, identity: Identity): void {
  if (identity.kind === 'role' || identity.session === undefined) return;
  const allowed = service === 'iam' ? identity.session.mfa : action === 'AssumeRole' || action === 'GetCallerIdentity';
  if (allowed || (service === 'sts' && action === 'GetSessionToken')) return;
  throw new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid');
}
