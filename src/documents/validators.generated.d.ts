/** One failure of a compiled JSON Schema, as ajv reports it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** A compiled JSON Schema: true when the value fits, else the failures are in `errors` until the next call. */
export interface SchemaValidator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

export const validateFleet: SchemaValidator;
export const validateGrant: SchemaValidator;
export const validateIdentityPolicy: SchemaValidator;
export const validateTrustPolicy: SchemaValidator;
export const validateBucketPolicy: SchemaValidator;
