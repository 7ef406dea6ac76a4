import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Partition } from '../model/arn.ts';
import type { Shape } from './shape.ts';

/** The AWS clients that the mapping calls; all against one account. */
export interface Clients {
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  readonly region: string;
  readonly partition: Partition;
}

/** A resource that exists: its provider id, and its properties as the program sees them. */
export interface Created<State> {
  readonly id: string;
  readonly state: State;
}

/**
 * One Pulumi resource type, made of AWS calls. The same mapping serves the in-process runner and the test-only provider plugin.
 * `inputs` is everything that a program may declare; the shape is checked before any call, so the functions get what they expect.
 */
export interface ResourceMapping<Inputs extends object, State extends Inputs> {
  /** Pulumi type token, such as `aws:iam/role:Role`. */
  readonly type: string;
  readonly inputs: Shape;
  /** Inputs that AWS cannot change in place: a change makes a new resource. */
  readonly replaceOn: readonly string[];
  /**
   * Ids of what is there under the name that the inputs give, or, for access keys, of the same owner. Asked before a creation, so that
   * nothing is taken over, and after one whose answer was lost, so that nothing is left. Absent where creating is setting.
   */
  readonly existing?: (clients: Clients, inputs: Inputs) => Promise<readonly string[]>;
  /** More than one may exist for the same inputs. */
  readonly manyAllowed?: true;
  readonly create: (clients: Clients, inputs: Inputs) => Promise<Created<State>>;
  /** Brings an existing resource to new inputs; absent where every input replaces. */
  readonly update?: (clients: Clients, id: string, old: State, inputs: Inputs) => Promise<State>;
  /** Removes the resource; that it is gone already is no error. */
  readonly remove: (clients: Clients, id: string, state: Inputs) => Promise<void>;
}

/** A mapping whose inputs were checked against its shape by the caller: what the runner and the provider hold. */
export type AnyMapping = ResourceMapping<Properties, Properties>;

/** Properties as they come over Pulumi's protocol. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * A mapping with the types of its inputs and state taken away. The one place where the checked `Properties` are trusted to be
 * the typed inputs: `misfits` has compared them with `inputs` before any function of the mapping runs.
 */
export function defineMapping<Inputs extends object, State extends Inputs>(
  mapping: ResourceMapping<Inputs, State>,
): AnyMapping {
  return mapping as unknown as AnyMapping;
}

/** Runs a removal; errors with one of these names mean that the thing is gone, which is what was asked for. */
export async function removed(call: Promise<unknown>, ...goneNames: readonly string[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error && goneNames.includes(error.name))) throw error;
  }
}

/** The ids that a look-up gives; none when there is no such thing. */
export async function found(call: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchEntityException') return [];
    throw error;
  }
}

/** A member that AWS promises in its answer; its absence means that the endpoint is not AWS enough to go on. */
export function answered(value: string | undefined, member: string): string {
  if (value === undefined || value === '') throw new Error(`the endpoint's answer has no ${member}`);
  return value;
}
