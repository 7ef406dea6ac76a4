import type { LintRule } from '../types.ts';

/** Every rule, in the order of the documentation: syntax, actions, resources, variables, conditions, principals, ChannelMix. */
export const rules: readonly LintRule[] = [];
