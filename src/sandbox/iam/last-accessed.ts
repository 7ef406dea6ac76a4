import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../../model/policy.ts';
import { compileGlob } from '../../model/wildcard.ts';
import { type ActionFacts, SERVICES } from '../../operations/catalogue.ts';
import { AwsError } from '../contract.ts';
import { defaultVersion, type Role, type UseReport, type User } from '../identity/store.ts';
import type { Use } from '../identity/uses.ts';
import { isoTime, type QueryCall, type QueryOperation } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { noSuchEntity } from './errors.ts';
import { arn, paging } from './rules.ts';
import { authorize, isTracked, pageOf, principalOf } from './support.ts';

/** Reports of all accounts that are kept; IAM keeps those of 30 days. */
const MOST_REPORTS = 1000;

/**
 * GenerateServiceLastAccessedDetails. Known difference: of roles and users, not of groups and policies.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
const generate: QueryOperation = {
  name: 'GenerateServiceLastAccessedDetails',
  rules: [arn('Arn'), { name: 'Granularity', oneOf: ['SERVICE_LEVEL', 'ACTION_LEVEL'] }],
  handle: (call) => {
    const { parameters, world } = call;
    const asked = parameters.need('Arn');
    authorize(call, 'GenerateServiceLastAccessedDetails', asked);
    if (/:(group|policy)\//.test(asked)) {
      throw new AwsError('NotImplemented', 501, 'The sandbox makes reports of last use of roles and users only.');
    }
    const principal = principalOf(call, asked);
    if (principal === undefined) throw noSuchEntity(`ARN ${asked} cannot be found.`);
    const { reports } = world.store;
    const report: UseReport = {
      id: randomUUID(),
      account: call.caller.account,
      principalId: principal.id,
      principalArn: asked,
      granularity: parameters.get('Granularity') === 'ACTION_LEVEL' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL',
      createdAt: world.now(),
    };
    const [oldest] = reports.values();
    if (reports.size() >= MOST_REPORTS && oldest !== undefined) reports.delete(oldest.id);
    reports.set(report.id, report);
    return { JobId: report.id };
  },
};

/**
 * GetServiceLastAccessedDetails. Known difference: a report is done at once, or after the delay of the fault iam-delay, and shows uses up to the
 * moment in which it is fetched; IAM's lag by hours.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
const getDetails: QueryOperation = {
  name: 'GetServiceLastAccessedDetails',
  rules: [{ name: 'JobId', required: true, min: 36, max: 36 }, ...paging],
  handle: (call) => {
    const id = call.parameters.need('JobId');
    authorize(call, 'GetServiceLastAccessedDetails', '*');
    const { reports } = call.world.store;
    const report = reports.get(id);
    if (report?.account !== call.caller.account) throw noSuchEntity(`Job ${id} cannot be found.`);
    const head = { JobType: report.granularity, JobCreationDate: isoTime(report.createdAt) };
    if (reports.seen(id) === undefined) {
      return { ...head, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: {}, IsTruncated: false };
    }
    const principal = principalOf(call, report.principalArn);
    const services = principal?.id === report.principalId ? serviceElements(call, report, principal) : [];
    return {
      ...head,
      JobStatus: 'COMPLETED',
      JobCompletionDate: isoTime(call.world.now()),
      ...pageOf(call, 'ServicesLastAccessed', services, (service) => service),
    };
  },
};

/** Services that the identity policies allow; no other policy counts. */
function serviceElements(call: QueryCall, report: UseReport, principal: Role | User): readonly XmlValue[] {
  const uses = call.world.store.uses.servicesOf(principal.id);
  const allowed = allowedPatterns(call, principal);
  const prefixes = new Set(allowed.flatMap((pattern) => servicesOf(pattern)));
  return [...prefixes].sort().map((prefix): XmlValue => {
    const use = uses.get(prefix);
    const last = use === undefined || !isTracked(call, use.last.at) ? undefined : use.last;
    const seen = (action: string) => {
      const found = use?.actions.get(action);
      return found === undefined || !isTracked(call, found.at) ? undefined : found;
    };
    return {
      ServiceName: SERVICES.get(prefix)?.name ?? prefix,
      ServiceNamespace: prefix,
      ...lastElements('LastAuthenticated', 'LastAuthenticated', last, principal.arn),
      TotalAuthenticatedEntities: last === undefined ? 0 : 1,
      ...(report.granularity === 'ACTION_LEVEL'
        ? { TrackedActionsLastAccessed: { member: actionElements(prefix, allowed, seen, principal.arn) } }
        : {}),
    };
  });
}

function actionElements(
  prefix: string,
  allowed: readonly string[],
  seen: (action: string) => Use | undefined,
  entity: string,
): readonly XmlValue[] {
  const globs = allowed.map((pattern) => compileGlob(pattern.toLowerCase()));
  return [...(SERVICES.get(prefix)?.actions.values() ?? [])]
    .filter((facts) => isTrackedAction(facts) && globs.some((glob) => glob(facts.action.toLowerCase())))
    .map(({ name }) => ({ ActionName: name, ...lastElements('LastAccessed', 'LastAccessedTime', seen(name), entity) }));
}

function lastElements(
  prefix: string,
  time: string,
  use: Use | undefined,
  entity: string,
): { readonly [element: string]: XmlValue } {
  if (use === undefined) return {};
  return { [time]: isoTime(use.at), [`${prefix}Entity`]: entity, [`${prefix}Region`]: use.region };
}

/** Listings of a bucket are access to data, as objects are. */
const DATA: readonly string[] = ['ListBucket', 'ListBucketVersions', 'ListBucketMultipartUploads'];

/**
 * Actions of management. Known difference: IAM tracks those of many services; here of S3 and IAM.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html
 */
function isTrackedAction({ service, name, resources }: ActionFacts): boolean {
  return service === 'iam' || (service === 's3' && !resources.includes('object') && !DATA.includes(name));
}

function servicesOf(pattern: string): readonly string[] {
  const [prefix = '*'] = pattern.toLowerCase().split(':');
  return prefix === '*' ? [...SERVICES.keys()] : [prefix];
}

/** The patterns of actions that Allow statements have; all of them for NotAction. */
function allowedPatterns(call: QueryCall, principal: Role | User): readonly string[] {
  const { store } = call.world;
  const managed = principal.attached.flatMap((policyArn) => {
    const policy = store.policy(principal.account, policyArn);
    return (policy === undefined ? undefined : defaultVersion(policy)) ?? [];
  });
  return [...principal.inline, ...managed].flatMap(({ document }) => {
    const { Statement } = JSON.parse(document) as { readonly Statement?: JsonValue };
    return [Statement ?? []].flat().flatMap((statement) => {
      if (!isJsonObject(statement) || statement.Effect !== 'Allow') return [];
      const actions = statement.NotAction === undefined ? statement.Action : '*';
      return [actions].flat().filter((one): one is string => typeof one === 'string');
    });
  });
}

/** What roles and users called last. */
export const lastAccessedOperations: readonly QueryOperation[] = [generate, getDetails];
