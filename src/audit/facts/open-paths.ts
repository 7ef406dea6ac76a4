import type { AuditContext } from '../types.ts';
import { ESCALATION_PATHS, type EscalationPath } from './catalogue.ts';
import { type Effective, reachOf } from './effective.ts';

/** A way to more permissions that the principal has. */
export interface OpenPath extends EscalationPath {
  /** Its last action. */
  readonly last: Effective;
}

/** The ways of the catalogue of which every action is allowed. */
export function openPaths(context: AuditContext): readonly OpenPath[] {
  return context.once(openPaths, () => {
    const reach = reachOf(context);
    return ESCALATION_PATHS.flatMap((path) => {
      const all = path.actions.flatMap((action) => reach.of(action) ?? []);
      return all.length === path.actions.length ? [{ ...path, last: all.at(-1) as Effective }] : [];
    });
  });
}
