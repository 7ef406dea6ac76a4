import { KitError } from '../model/errors.ts';
import { failed } from './failed.ts';
import type { AnyMapping, Clients, Created, Properties } from './mapping.ts';
import { RESOURCES } from './resources/index.ts';
import { misfits } from './shape.ts';

/** The mapping of a type token. @throws Error that names the type when there is none. */
export function mappingOf(type: string): AnyMapping {
  const mapping = RESOURCES.find((candidate) => candidate.type === type);
  if (mapping === undefined)
    throw new KitError('internal', `unknown resource type ${type}: the resource mapping does not have it`);
  return mapping;
}

/**
 * Creates one resource after checking every input against its mapping.
 *
 * @throws KitError that names the resource: `internal` for a type or input that the mapping does not know, else what AWS said.
 */
export async function createResource(
  clients: Clients,
  type: string,
  name: string,
  inputs: Properties,
): Promise<Created<Properties>> {
  const mapping = mappingOf(type);
  const problems = misfits(mapping.inputs, inputs, '');
  if (problems.length > 0) {
    const list = problems.map((problem) => `${problem.field} ${problem.rule}`).join('; ');
    throw new KitError('internal', `${type} "${name}": ${list}`, { problems });
  }
  try {
    return await mapping.create(clients, inputs);
  } catch (error) {
    throw failed(`could not create ${type} "${name}"`, error);
  }
}
