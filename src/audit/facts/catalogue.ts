import escalation from '../../../policies/catalogue/escalation.json' with { type: 'json' };
import exposure from '../../../policies/catalogue/exposure.json' with { type: 'json' };

export type EscalationGroup = keyof typeof escalation.groups;

/** One way to more permissions: what it takes, all together. */
export interface EscalationPath {
  readonly id: string;
  readonly group: EscalationGroup;
  readonly actions: readonly string[];
  readonly page: string;
}

export const ESCALATION_PATHS: readonly EscalationPath[] = escalation.paths as readonly EscalationPath[];

/** What the paths of a group come to, as the end of a sentence. */
export const ESCALATION_GROUPS: Readonly<Record<EscalationGroup, string>> = escalation.groups;

function actionsOf(services: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(services).flatMap(([service, names]) => names.split(' ').map((name) => `${service}:${name}`));
}

/** Actions that show data of other services. */
export const DATA_ACTIONS: readonly string[] = actionsOf(exposure.data);
/** Actions that answer with credentials. */
export const CREDENTIAL_ACTIONS: readonly string[] = actionsOf(exposure.credentials);
/** Actions that open a resource of another service to others. */
export const EXPOSURE_ACTIONS: readonly string[] = actionsOf(exposure.exposure);
