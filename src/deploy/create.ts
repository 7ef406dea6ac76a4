import { normaliseError } from '../aws/index.ts';
import { KitError } from '../model/errors.ts';
import { failed } from './failed.ts';
import type { AnyMapping, Clients, Created, Properties } from './mapping.ts';
import { RESOURCES } from './resources/index.ts';
import { misfits } from './shape.ts';

/** Removes what a creation may have made although it failed. */
export type Undo = (clients: Clients) => Promise<void>;

/** The mapping of a type token. @throws Error that names the type when there is none. */
export function mappingOf(type: string): AnyMapping {
  const mapping = RESOURCES.find((candidate) => candidate.type === type);
  if (mapping === undefined)
    throw new KitError('internal', `unknown resource type ${type}: the resource mapping does not have it`);
  return mapping;
}

/**
 * Creates one resource after checking every input against its mapping. What exists already is not taken over.
 *
 * @param onDoubt gets what removes the resource when AWS may have made it and its answer was lost
 * @throws KitError that names the resource: `internal` for a type or input that the mapping does not know, else what AWS said.
 */
export async function createResource(
  clients: Clients,
  type: string,
  name: string,
  inputs: Properties,
  onDoubt: (undo: Undo) => Promise<void>,
): Promise<Created<Properties>> {
  const mapping = mappingOf(type);
  const problems = misfits(mapping.inputs, inputs, '');
  if (problems.length > 0) {
    const list = problems.map((problem) => `${problem.field} ${problem.rule}`).join('; ');
    throw new KitError('internal', `${type} "${name}": ${list}`, { problems });
  }
  const doing = `could not create ${type} "${name}"`;
  const before = await existing(mapping, clients, inputs).catch((error: unknown) => {
    throw failed(doing, error);
  });
  if (before.length > 0 && mapping.manyAllowed !== true) {
    throw new KitError('input', `${doing}: ${before[0]} exists already and is not taken over`);
  }
  try {
    const created = await mapping.create(clients, inputs);
    if (mapping.manyAllowed === true) await removeNew(mapping, clients, inputs, [...before, created.id]);
    return created;
  } catch (error) {
    if (inDoubt(error)) await onDoubt((fresh) => removeNew(mapping, fresh, inputs, before));
    throw failed(doing, error);
  }
}

async function existing(mapping: AnyMapping, clients: Clients, inputs: Properties): Promise<readonly string[]> {
  return (await mapping.existing?.(clients, inputs)) ?? [];
}

/** Removes what is there now and is not among the known. */
async function removeNew(
  mapping: AnyMapping,
  clients: Clients,
  inputs: Properties,
  known: readonly string[],
): Promise<void> {
  const now = await existing(mapping, clients, inputs);
  for (const id of now.filter((one) => !known.includes(one))) await mapping.remove(clients, id, inputs);
}

/** Whether a failed call may have had its effect: no answer came, the service broke, or it was a retry that failed. */
function inDoubt(error: unknown): boolean {
  const { httpStatus, attempts } = normaliseError(error);
  return httpStatus === undefined || httpStatus >= 500 || attempts > 1;
}
