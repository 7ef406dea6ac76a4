import actionArns from '../../../policies/catalogue/action-arns.json' with { type: 'json' };
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

/** All actions of these tables. */
export const RISKY_ACTIONS: readonly string[] = [
  ...ESCALATION_PATHS.flatMap(({ actions }) => actions),
  ...DATA_ACTIONS,
  ...CREDENTIAL_ACTIONS,
  ...EXPOSURE_ACTIONS,
];

const ACTION_ARNS: ReadonlyMap<string, string> = new Map(Object.entries(actionArns.actions));

/**
 * ARNs with `${…}` for what varies of what an action of these tables is about, `*` for no resource; `undefined` for other actions, and for those of
 * services that the kit knows altogether.
 */
export function arnsOfAction(action: string): readonly string[] | undefined {
  const numbers = ACTION_ARNS.get(action);
  return numbers?.split(' ').map((number) => actionArns.arns[Number(number)] ?? '*');
}
