import type { LintRule } from './types.ts';

/** Gives a rule the type of its own messages: `check` may use only those that are there. */
export function defineRule<const Message extends string>(rule: LintRule<Message>): LintRule<Message> {
  return rule;
}
