import { memberValue } from '../documents/json-node.ts';
import type { PolicySource } from '../documents/policy-source.ts';
import { CATALOGUE_VERSION } from '../operations/catalogue.ts';
import { statementsOf } from './statements.ts';
import type { LintOptions, RuleContext } from './types.ts';

/** What lint takes for granted when its caller does not say. */
export const DEFAULT_OPTIONS: LintOptions = {
  audience: 'channelmix',
  access: 'minimal',
  buckets: [],
  // Lint has no clock of its own: it is surely not earlier than the day of its data.
  now: Date.parse(CATALOGUE_VERSION.date),
};

/** What rules see of a document; made once for all of them. */
export function makeContext(source: PolicySource, options: LintOptions): RuleContext {
  const document = source.root?.type === 'object' ? source.root : undefined;
  const version = memberValue(document, 'Version');
  const made = new Map<object, unknown>();
  return {
    source,
    kind: source.kind,
    document,
    version: version?.type === 'string' && version.opaque !== true ? version.value : undefined,
    statements: statementsOf(document),
    options,
    once: <T>(key: object, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
}
