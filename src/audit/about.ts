import packageJson from '../../package.json' with { type: 'json' };
import { CATALOGUE_VERSION, findAction } from '../operations/catalogue.ts';
import type { AuditAbout } from '../report/audit-about.ts';
import { auditRules } from './rules/index.ts';

/** What reporters of audits are told beside the report. */
export function auditAbout(own: Pick<AuditAbout, 'failOn' | 'region' | 'style'>): AuditAbout {
  return {
    toolVersion: packageJson.version,
    dataVersion: CATALOGUE_VERSION.version,
    rules: auditRules.map((rule) => ({ ...rule, controls: rule.controls ?? [] })),
    accessOf: (action) => findAction(action)?.access,
    ...own,
  };
}
