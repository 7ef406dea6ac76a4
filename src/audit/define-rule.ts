import type { AuditRule } from './types.ts';

/** Gives a rule the type of its own messages: `check` may use only those that are there. */
export function defineRule<const Message extends string>(rule: AuditRule<Message>): AuditRule<Message> {
  return rule;
}
