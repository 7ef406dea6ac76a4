import * as pulumi from '@pulumi/pulumi';
import { channelMixAccess } from '../../stacks/program.ts';
import { KitError } from '../model/errors.ts';
import { type Target, withClients } from './clients.ts';
import { createResource, type Undo } from './create.ts';
import { callFunction } from './functions.ts';
import type { Clients } from './mapping.ts';
import { type ResourceOptions, trackOptions } from './options.ts';
import {
  type DeployedResource,
  type MadeResource,
  type Teardown,
  type TeardownOptions,
  teardown,
  withoutState,
} from './teardown.ts';
import { plainProperties } from './wire.ts';

/** A Pulumi program as a function: declares resources, returns the stack's outputs. */
export type Program = () => Promise<Readonly<Record<string, unknown>>>;

export interface DeployOptions extends Target {
  /** Default: the program in `stacks/`. */
  readonly program?: Program;
  /** Config of the project's namespace, by bare key; what is not text is given as the engine gives it, as JSON. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the project, which is the namespace of its config. Default `channelmix-s3`. */
  readonly project?: string;
  readonly stack?: string;
}

/** What a program made. */
export interface Deployment {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Paths of the outputs that the program marked as secret, such as `secretAccessKey` or `connection.AWS secret access key`. */
  readonly secretOutputs: readonly string[];
  /** In order of creation. */
  readonly resources: readonly DeployedResource[];
  /** Removes what was made, in reverse order; retained resources stay unless told otherwise. */
  readonly destroy: (options?: TeardownOptions) => Promise<Teardown>;
}

/**
 * Runs a Pulumi program in this process: what it declares is created by AWS calls against an endpoint, in the order of its
 * dependencies. No engine, no state file. When anything fails, what was made is removed again and the first error is thrown.
 * Pulumi's runtime is one for the process, so deployments run one after another.
 *
 * @throws KitError: the program's own error as it is; `internal` for a type, input or function that the mapping does not know;
 *   `leftover` when the removal failed, too
 */
export function deploy(options: DeployOptions): Promise<Deployment> {
  return oneAtATime(() => run(options));
}

let last: Promise<unknown> = Promise.resolve();

function oneAtATime<Result>(task: () => Promise<Result>): Promise<Result> {
  const result = last.then(task, task);
  // Only the order matters here: the caller gets the error through `result`.
  last = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

async function run(options: DeployOptions): Promise<Deployment> {
  const made: MadeResource[] = [];
  const inDoubt: Undo[] = [];
  try {
    const { outputs, secretOutputs } = await withClients(options, (clients) =>
      runProgram(options, clients, made, inDoubt),
    );
    return {
      outputs,
      secretOutputs,
      resources: made.map(withoutState),
      // Removal has clients of its own: a run that spent its retries must not take them from the cleanup.
      destroy: (how = {}) => withClients(options, (clients) => teardown(clients, made, how)),
    };
  } catch (error) {
    await rollBack(options, made, inDoubt, error);
    throw error;
  }
}

async function rollBack(target: Target, made: MadeResource[], inDoubt: readonly Undo[], cause: unknown): Promise<void> {
  const failures = await withClients(target, async (clients) => {
    const undone: PromiseSettledResult<unknown>[] = [];
    for (const undo of inDoubt) undone.push(...(await Promise.allSettled([undo(clients)])));
    undone.push(...(await Promise.allSettled([teardown(clients, made, { deleteRetained: true })])));
    return undone.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
  });
  if (failures.length === 0) return;
  const left = failures.join('\n');
  throw new KitError('leftover', `${messageOf(cause)}\nand what was made could not be removed:\n${left}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface ProgramResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
}

/**
 * A call that fails is never answered to Pulumi's runtime, which would reject promises that nobody holds. The failure ends the race
 * below instead, after the calls that are under way have ended, so that `made` is complete.
 */
async function runProgram(
  options: DeployOptions,
  clients: Clients,
  made: MadeResource[],
  inDoubt: Undo[],
): Promise<ProgramResult> {
  const calls = guardedCalls();
  const declared = trackOptions();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) =>
        calls.guard(() => newResource(clients, { made, inDoubt }, declared.of(args.type, args.name), args)),
      call: ({ token, inputs }) => calls.guard(() => callFunction(clients, token, inputs)),
    },
    options.project ?? 'channelmix-s3',
    options.stack ?? 'in-process',
  );
  setConfig(options);
  try {
    return await Promise.race([calls.failure, runInStack(options.program ?? channelMixAccess, declared.register)]);
  } finally {
    await calls.settled();
    // Lets go of the promises that were never answered, which Pulumi's runtime would report when the process ends.
    await pulumi.runtime.setMocks({ newResource: never, call: never });
  }
}

/** Calls of which the first failure is kept, and after which no other begins. */
function guardedCalls(): {
  readonly failure: Promise<never>;
  readonly guard: <Result>(call: () => Promise<Result>) => Promise<Result>;
  readonly settled: () => Promise<unknown>;
} {
  const underWay = new Set<Promise<unknown>>();
  let stopped = false;
  let reject: (error: unknown) => void;
  const failure = new Promise<never>((_resolve, rejectFailure) => {
    reject = rejectFailure;
  });
  const guard = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (stopped) return never();
    const pending = call();
    underWay.add(pending);
    try {
      const result = await pending;
      return stopped ? never() : result;
    } catch (error) {
      stopped = true;
      reject(error);
      return never();
    } finally {
      underWay.delete(pending);
    }
  };
  return { failure, guard, settled: () => Promise.allSettled(underWay) };
}

async function runInStack(program: Program, beforeProgram: () => void): Promise<ProgramResult> {
  let declared: PromiseSettledResult<Awaited<ReturnType<Program>>> | undefined;
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    beforeProgram();
    // An error of the program waits until what it declared before is there; the runtime never sees it.
    [declared] = await Promise.allSettled([program()]);
    return declared.status === 'fulfilled' ? declared.value : {};
  });
  // The outputs may be there before a resource that no output depends on.
  await pulumi.runtime.disconnect();
  if (declared?.status === 'rejected') throw declared.reason;
  const secretOutputs = await secretPaths(declared?.value, '');
  return { outputs: outputs as Readonly<Record<string, unknown>>, secretOutputs };
}

async function newResource(
  clients: Clients,
  record: { readonly made: MadeResource[]; readonly inDoubt: Undo[] },
  options: ResourceOptions,
  args: pulumi.runtime.MockResourceArgs,
): Promise<pulumi.runtime.MockResourceResult> {
  // A component is only a name for its children.
  if (args.custom !== true) return { id: undefined, state: args.inputs };
  if (args.id !== undefined && args.id !== '') {
    throw new KitError('internal', `${args.type} "${args.name}": reading or importing resources is not in the mapping`);
  }
  if (options.declaredTwice === true) {
    throw new KitError('internal', `${args.type} "${args.name}" is declared twice`);
  }
  const { id, state } = await createResource(
    clients,
    args.type,
    args.name,
    plainProperties(args.inputs),
    async (undo) => {
      record.inDoubt.push(undo);
    },
  );
  const { retained, secrets, deletedWith } = options;
  record.made.push({ type: args.type, name: args.name, id, retained, state, ...(deletedWith && { deletedWith }) });
  return { id, state: markSecrets(state, secrets) };
}

function markSecrets(state: Readonly<Record<string, unknown>>, secrets: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, secrets.includes(key) ? pulumi.secret(value) : value]),
  );
}

async function secretPaths(value: unknown, path: string): Promise<readonly string[]> {
  if (pulumi.Output.isInstance(value)) return (await pulumi.isSecret(value)) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  const nested = await Promise.all(
    Object.entries(value).map(([key, member]) => secretPaths(member, path === '' ? key : `${path}.${key}`)),
  );
  return nested.flat();
}

function setConfig({ config, project = 'channelmix-s3', region }: DeployOptions): void {
  const entries = Object.entries(config).map(([key, value]) => [
    `${project}:${key}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig({ ...Object.fromEntries(entries), 'aws:region': region });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
