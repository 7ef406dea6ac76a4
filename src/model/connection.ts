/** The fields of ChannelMix's connection form, under the form's own names. */
export const FORM_FIELDS = {
  accessKeyId: 'AWS access key id',
  secretAccessKey: 'AWS secret access key',
  roleArn: 'Role ARN',
  accountId: 'ChannelMix AWS Account ID',
} as const;

/** What is typed beside the form: the bucket, and what comes with temporary keys. */
export const FIELD_NAMES = { ...FORM_FIELDS, bucket: 'Bucket', sessionToken: 'AWS session token' } as const;

export type ConnectionField = keyof typeof FIELD_NAMES;

/** What stands in a field that does not apply. */
export const NOT_APPLICABLE = 'n/a';

/** The four fields with their values, under the form's own names. */
export type ConnectionFields = Readonly<Record<(typeof FORM_FIELDS)[keyof typeof FORM_FIELDS], string>>;

/** A field as somebody typed it. A value may be a secret, in whichever field it is: it is judged and never shown. */
export interface TypedField {
  readonly field: ConnectionField;
  readonly value: string;
}

/** One thing that is wrong with what was typed. No value is in it but those that are proved to be no secret. */
export interface ConnectionFinding {
  readonly id: string;
  /** The form's name of the field; absent where it is about the form as a whole. */
  readonly field?: string;
  readonly message: string;
  /** What to write into the field instead, where that is certain. */
  readonly corrected?: string;
  /** The page that says why. */
  readonly docs: string;
}

/** The report of `connection check`. */
export interface ConnectionCheckReport {
  readonly schemaVersion: number;
  readonly command: 'connection check';
  readonly ok: boolean;
  /** The way in that the fields are filled in for. */
  readonly way: 'role' | 'key' | 'both' | 'none';
  readonly findings: readonly ConnectionFinding[];
  /** The form as it should be, where all of it is certain. Never with a secret. */
  readonly form?: ConnectionFields;
}
