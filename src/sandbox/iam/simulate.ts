import { type Node, parseTree } from 'jsonc-parser';
import { decide } from '../../evaluate/index.ts';
import type { CompiledPolicy, PolicySet } from '../../evaluate/types.ts';
import { parseArn } from '../../model/arn.ts';
import type { Decision, RequestContext } from '../../model/decision.ts';
import { boundaryOf, sessionArn } from '../identity/caller.ts';
import { compiledRecord, compileText } from '../identity/compiled.ts';
import { defaultVersion, type Role, type User } from '../identity/store.ts';
import type { QueryCall, QueryOperation, QueryResult } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { readPolicyDocument } from './policy-document.ts';
import { arn, paging } from './rules.ts';
import { authorize, pageOf, principalOf } from './support.ts';

/** A policy of the simulation, with its text so that a matched statement can be pointed at. */
interface SimulatedPolicy {
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly compiled: CompiledPolicy;
}

interface Simulation {
  readonly principal: string;
  readonly context: RequestContext;
  readonly identity: readonly SimulatedPolicy[];
  readonly boundary: SimulatedPolicy | undefined;
  /** The boundary as the evaluator takes it; there is one where the document is gone, too. */
  readonly boundaryPolicy: CompiledPolicy | undefined;
  readonly resource: SimulatedPolicy | undefined;
  readonly resourceAccount: string;
}

const DECISIONS = { allow: 'allowed', explicitDeny: 'explicitDeny', implicitDeny: 'implicitDeny' } as const;
/** From the most to the least restrictive. */
const ORDER = ['explicitDeny', 'implicitDeny', 'allow'] as const;

function given(call: QueryCall, parameter: string, kind: 'identity' | 'boundary'): readonly SimulatedPolicy[] {
  return call.parameters.list(parameter).map((text, index) => {
    readPolicyDocument(text, 'inline');
    const id = `${parameter}.${index + 1}`;
    return { id, type: 'IAM Policy', text, compiled: compileText(text, id, kind) };
  });
}

function readContext(call: QueryCall): RequestContext {
  const context: Record<string, string | readonly string[]> = {};
  for (const entry of call.parameters.records('ContextEntries')) {
    const values = entry.list('ContextKeyValues');
    const single = !(entry.get('ContextKeyType') ?? 'string').endsWith('List') && values.length === 1;
    context[entry.need('ContextKeyName')] = single ? (values[0] ?? '') : values;
  }
  return context;
}

function resourcePolicy(call: QueryCall): SimulatedPolicy | undefined {
  const text = call.parameters.get('ResourcePolicy');
  if (text === undefined) return undefined;
  try {
    JSON.parse(text);
  } catch {
    throw invalidInput('The resource policy is not valid JSON.');
  }
  return {
    id: 'ResourcePolicy',
    type: 'Resource Policy',
    text,
    compiled: compileText(text, 'ResourcePolicy', 'bucket'),
  };
}

function accountOfResource(call: QueryCall): string {
  const owner = call.parameters.get('ResourceOwner');
  return owner === undefined ? call.caller.account : (parseArn(owner)?.account ?? owner);
}

/** The statement that decided, with its place in the document: lines and columns from 1. */
function matchedStatement(simulation: Simulation, decision: Decision): XmlValue {
  const { statement } = decision;
  if (statement === undefined) return { member: [] };
  const all = [...simulation.identity, simulation.boundary, simulation.resource];
  const policy = all.find((candidate) => candidate?.compiled.name === statement.policy);
  if (policy === undefined) return { member: [] };
  const node = statementNode(policy.text, statement.index);
  const positions =
    node === undefined
      ? {}
      : {
          StartPosition: position(policy.text, node.offset),
          EndPosition: position(policy.text, node.offset + node.length),
        };
  return { member: [{ SourcePolicyId: policy.id, SourcePolicyType: policy.type, ...positions }] };
}

function statementNode(text: string, index: number): Node | undefined {
  const statements = parseTree(text)?.children?.find((property) => property.children?.[0]?.value === 'Statement')
    ?.children?.[1];
  return statements?.type === 'array' ? statements.children?.[index] : statements;
}

function position(text: string, offset: number): XmlValue {
  const before = text.slice(0, offset);
  return { Line: before.split('\n').length, Column: offset - before.lastIndexOf('\n') };
}

function decideOne(simulation: Simulation, action: string, resource: string): Decision {
  const policies: PolicySet = {
    identity: simulation.identity.map((policy) => policy.compiled),
    ...(simulation.resource === undefined ? {} : { resource: simulation.resource.compiled }),
    ...(simulation.boundaryPolicy === undefined ? {} : { boundary: simulation.boundaryPolicy }),
  };
  const { principal, context, resourceAccount } = simulation;
  return decide({ principal, action, resource, resourceAccount, context }, policies);
}

function boundaryDetail(simulation: Simulation, decision: Decision): XmlValue {
  if (simulation.boundaryPolicy === undefined) return undefined;
  return { AllowedByPermissionsBoundary: decision.layer !== 'boundary' };
}

/** One result an action, for all resources together, and each resource's own. https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html */
function simulateAction(simulation: Simulation, action: string, resources: readonly string[]): XmlValue {
  const results = resources.map((resource) => ({ resource, decision: decideOne(simulation, action, resource) }));
  const worst = ORDER.flatMap((kind) => results.filter(({ decision }) => decision.decision === kind))[0];
  if (worst === undefined) return undefined;
  const missing = [...new Set(results.flatMap(({ decision }) => decision.missingContextKeys ?? []))];
  return {
    EvalActionName: action,
    EvalResourceName: resources.length === 1 ? worst.resource : '*',
    EvalDecision: DECISIONS[worst.decision.decision],
    MatchedStatements: matchedStatement(simulation, worst.decision),
    MissingContextValues: { member: missing },
    PermissionsBoundaryDecisionDetail: boundaryDetail(simulation, worst.decision),
    ResourceSpecificResults: {
      member: results.map(({ resource, decision }) => ({
        EvalResourceName: resource,
        EvalResourceDecision: DECISIONS[decision.decision],
        MatchedStatements: matchedStatement(simulation, decision),
        MissingContextValues: { member: decision.missingContextKeys ?? [] },
        PermissionsBoundaryDecisionDetail: boundaryDetail(simulation, decision),
      })),
    },
  };
}

function simulate(call: QueryCall, simulation: Simulation): QueryResult {
  const actions = call.parameters.list('ActionNames');
  const named = call.parameters.list('ResourceArns');
  const resources = named.length === 0 ? ['*'] : named;
  if (actions.length === 0) throw invalidInput('ActionNames must not be empty.');
  const wrong = actions.find((action) => !/^(?:[\w-]+:[\w*?]+|\*)$/.test(action));
  if (wrong !== undefined) throw invalidInput(`Invalid Action name: ${wrong}`);
  return pageOf(call, 'EvaluationResults', actions, (action) => simulateAction(simulation, action, resources));
}

const RULES = [
  { name: 'ResourcePolicy', min: 1, max: 131_072 },
  { name: 'ResourceOwner', min: 1, max: 2048 },
  { name: 'CallerArn', min: 1, max: 2048 },
  ...paging,
];

const simulateCustomPolicy: QueryOperation = {
  name: 'SimulateCustomPolicy',
  rules: RULES,
  handle: (call) => {
    authorize(call, 'SimulateCustomPolicy', '*');
    const identity = given(call, 'PolicyInputList', 'identity');
    if (identity.length === 0) throw invalidInput('PolicyInputList must not be empty.');
    const boundary = given(call, 'PermissionsBoundaryPolicyInputList', 'boundary')[0];
    return simulate(call, {
      principal: call.parameters.get('CallerArn') ?? `arn:aws:iam::${call.caller.account}:user/simulated`,
      context: readContext(call),
      identity,
      boundary,
      boundaryPolicy: boundary?.compiled,
      resource: resourcePolicy(call),
      resourceAccount: accountOfResource(call),
    });
  },
};

function findPrincipal(call: QueryCall, principalArn: string): Role | User {
  const principal = principalOf(call, principalArn);
  if (principal === undefined) throw noSuchEntity(`The entity with ARN ${principalArn} cannot be found.`);
  return principal;
}

function managed(call: QueryCall, policyArn: string, kind: 'identity' | 'boundary'): SimulatedPolicy | undefined {
  const policy = call.world.store.policy(call.caller.account, policyArn);
  const version = policy === undefined ? undefined : defaultVersion(policy);
  if (policy === undefined || version === undefined) return undefined;
  return {
    id: policy.name,
    type: 'IAM Policy',
    text: version.document,
    compiled: compiledRecord(version, policyArn, kind),
  };
}

function ownPolicies(call: QueryCall, principal: Role | User): readonly SimulatedPolicy[] {
  return [
    ...principal.inline.map((policy) => ({
      id: `${principal.kind}_${principal.name}_${policy.name}`,
      type: 'IAM Policy',
      text: policy.document,
      compiled: compiledRecord(policy, policy.name, 'identity'),
    })),
    ...principal.attached.flatMap((policyArn) => managed(call, policyArn, 'identity') ?? []),
  ];
}

const simulatePrincipalPolicy: QueryOperation = {
  name: 'SimulatePrincipalPolicy',
  rules: [arn('PolicySourceArn'), ...RULES],
  handle: (call) => {
    const sourceArn = call.parameters.need('PolicySourceArn');
    authorize(call, 'SimulatePrincipalPolicy', sourceArn);
    const principal = findPrincipal(call, sourceArn);
    const override = given(call, 'PermissionsBoundaryPolicyInputList', 'boundary')[0];
    const own = principal.boundary === undefined ? undefined : managed(call, principal.boundary, 'boundary');
    const asRole = principal.kind === 'role';
    return simulate(call, {
      principal:
        call.parameters.get('CallerArn') ??
        (asRole ? sessionArn(principal.account, principal.name, 'simulated') : principal.arn),
      context: {
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': principal.account,
        'aws:PrincipalType': asRole ? 'AssumedRole' : 'User',
        ...(asRole ? {} : { 'aws:username': principal.name, 'aws:userid': principal.id }),
        ...readContext(call),
      },
      identity: [...ownPolicies(call, principal), ...given(call, 'PolicyInputList', 'identity')],
      boundary: override ?? own,
      boundaryPolicy: override?.compiled ?? boundaryOf(call.world.store, principal),
      resource: resourcePolicy(call),
      resourceAccount: accountOfResource(call),
    });
  },
};

/** The policy simulator. It looks at no trust policy, as AWS's does not (aws/aws-cli#10314). */
export const simulateOperations: readonly QueryOperation[] = [simulateCustomPolicy, simulatePrincipalPolicy];
