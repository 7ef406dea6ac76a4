import type { FleetClient } from '../model/fleet.ts';
import type { AccessLevel } from '../model/grant.ts';
import { type AuditUnit, hashOf, type UnitDefaults } from './units.ts';

/** What the audits of a fleet have in common, and a result depends on. */
export interface AuditDefaults extends Omit<UnitDefaults, 'as'> {
  /** Hash of what is accepted and of how the audit is made. */
  readonly settings: string;
}

/** The audits of the clients of a fleet, in the order of the file. */
export function auditUnits(clients: readonly FleetClient[], defaults: AuditDefaults): readonly AuditUnit[] {
  return clients.map((client) => {
    const { name, roleArn, accessKeyId, auditorRole, access, buckets } = client;
    const region = client.region ?? defaults.region;
    const profile = client.profile ?? defaults.profile;
    const source: AuditUnit['source'] = {
      kind: 'aws',
      ...(roleArn === undefined ? {} : { roleArn }),
      ...(accessKeyId === undefined ? {} : { accessKeyId }),
      ...(auditorRole === undefined ? {} : { auditorRole }),
    };
    const settings = {
      source,
      access,
      buckets,
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
    };
    return {
      job: 'audit',
      key: hashOf([name, settings, defaults.endpointUrl ?? '', defaults.settings]),
      name,
      ...settings,
      account: (roleArn ?? auditorRole)?.split(':')[4] ?? accessKeyId ?? name,
      caller: `profile ${profile ?? ''}`,
    };
  });
}

/** The audits of what was read before, one a file. @param revision what changes when the content of the file does */
export function fileUnits(
  files: readonly { readonly path: string; readonly revision: string }[],
  access: AccessLevel,
  defaults: Pick<AuditDefaults, 'settings'>,
): readonly AuditUnit[] {
  return files.map(({ path, revision }) => ({
    job: 'audit',
    key: hashOf([path, revision, access, defaults.settings]),
    name: path,
    source: { kind: 'file', path },
    access,
    buckets: [],
    account: path,
    caller: 'nobody',
  }));
}
