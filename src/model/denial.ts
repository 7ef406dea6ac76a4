import type { DiagnosisLayer } from './check.ts';

/** What AWS itself says in an AccessDenied text. */
export interface Denial {
  /** ARN of the caller, where the text names it. */
  readonly principal?: string;
  /** The IAM action that was refused; it can differ from the one that the operation is known for. */
  readonly action?: string;
  readonly resource?: string;
  /** The layer that AWS names; only within the account or the organization. */
  readonly layer?: DiagnosisLayer;
  /** Whether a statement denies, rather than none allows; known only with the layer. */
  readonly explicit?: boolean;
}

/** AWS's names of policy types, without article and the word policy. */
const LAYER_OF_TYPE: readonly (readonly [RegExp, DiagnosisLayer])[] = [
  [/^identity-based/, 'identity'],
  [/^resource-based/, 'bucket-policy'],
  [/^sessions?\b/, 'session'],
  [/^permissions boundary/, 'boundary'],
  [/^service control/, 'scp'],
  [/^resource control/, 'rcp'],
  [/^VPC endpoint/i, 'vpc-endpoint'],
  [/^role trust/, 'trust'],
];

/**
 * Reads an AccessDenied text; every member is absent in the bare `Access Denied` that S3 gives across organizations.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export function parseDenial(message: string): Denial {
  const text = message.slice(0, 4096);
  const principal = /^User: (\S+) is not authorized/.exec(text)?.[1];
  const action = /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(text)?.[1];
  const resource = /on resource: "?([^\s"]+)/.exec(text)?.[1];
  const implicit = /because no (.+?) allows? /.exec(text)?.[1];
  const explicit = /with an explicit deny in (?:an? |the )?(.+)$/.exec(text)?.[1];
  const type = explicit ?? implicit;
  const named = type === undefined ? undefined : LAYER_OF_TYPE.find(([pattern]) => pattern.test(type))?.[1];
  const blocked = /in S3 Block Public Access/.test(text) ? 'public-access-block' : undefined;
  const layer = blocked ?? layerFor(action, named);
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(layer === undefined ? {} : { layer }),
    ...(layer === undefined ? {} : { explicit: explicit !== undefined || blocked !== undefined }),
  };
}

/** A resource-based policy is a key policy for KMS and the trust policy for STS. */
function layerFor(action: string | undefined, named: DiagnosisLayer | undefined): DiagnosisLayer | undefined {
  if (named !== 'bucket-policy' || action === undefined) return named;
  if (action.startsWith('kms:')) return 'kms';
  return action.startsWith('sts:') ? 'trust' : named;
}
