/** How a template is to be used. */
export interface TemplateOptions {
  /** By a stack set, in many accounts of an organization: buckets that are made have the account's number in their names. */
  readonly stackSet?: boolean;
}
