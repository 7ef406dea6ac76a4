import { KitError } from '../model/errors.ts';
import { mappingOf } from './create.ts';
import { failed } from './failed.ts';
import type { Clients, Properties } from './mapping.ts';
import { bucket, emptyBucket } from './resources/bucket.ts';

/** A resource that a deployment made. */
export interface DeployedResource {
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
  /** Provider id: the name of a role, the id of an access key, the ARN of a policy. */
  readonly id: string;
  /** Protected or kept on delete: it goes only when that is asked for in so many words. */
  readonly retained: boolean;
  /** Logical name and type of the resource whose removal takes this one with it. */
  readonly deletedWith?: string;
}

/** What removing it needs besides: its properties, among which the secret of an access key may be. Not handed out. */
export interface MadeResource extends DeployedResource {
  readonly state: Properties;
}

/** How far a teardown goes. */
export interface TeardownOptions {
  /** Remove protected and retained resources, too. */
  readonly deleteRetained?: boolean;
  /** Empty the buckets that are removed: their objects, versions and unfinished uploads are lost. */
  readonly deleteObjects?: boolean;
}

/** What a teardown did. */
export interface Teardown {
  readonly removed: readonly DeployedResource[];
  readonly retained: readonly DeployedResource[];
}

/** The key that `deletedWith` refers to. */
export function resourceKey(type: string, name: string): string {
  return `${type}::${name}`;
}

/**
 * Removes resources in reverse order of their creation. Goes on after a failure, so that as little as possible stays.
 *
 * @param made in order of creation; what was removed is taken out, so that a second call tries only the rest
 * @throws KitError `leftover` that names each resource that could not be removed
 */
export async function teardown(clients: Clients, made: MadeResource[], options: TeardownOptions): Promise<Teardown> {
  const going = made.filter((resource) => options.deleteRetained === true || !resource.retained);
  const goingKeys = new Set(going.map(({ type, name }) => resourceKey(type, name)));
  const failures: KitError[] = [];
  const removed: MadeResource[] = [];
  for (const resource of going.reverse()) {
    try {
      await remove(clients, resource, goingKeys, options);
      removed.push(resource);
    } catch (error) {
      failures.push(failed(`could not remove ${resource.type} "${resource.name}" (${resource.id})`, error));
    }
  }
  const left = made.filter((resource) => !removed.includes(resource));
  made.splice(0, made.length, ...left);
  if (failures.length > 0) {
    throw new KitError('leftover', failures.map((failure) => failure.message).join('\n'), {
      cause: new AggregateError(failures),
    });
  }
  return { removed: removed.map(withoutState), retained: left.map(withoutState) };
}

/** A resource as it may be shown. */
export function withoutState({ state: _state, ...shown }: MadeResource): DeployedResource {
  return shown;
}

async function remove(
  clients: Clients,
  resource: MadeResource,
  going: ReadonlySet<string>,
  options: TeardownOptions,
): Promise<void> {
  if (resource.deletedWith !== undefined && going.has(resource.deletedWith)) return;
  if (resource.type === bucket.type && options.deleteObjects === true) await emptyBucket(clients.s3, resource.id);
  await mappingOf(resource.type).remove(clients, resource.id, resource.state);
}
