import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';

/** What an artefact makes in an account, read back from the artefact itself. */
export interface ArtefactAccess {
  readonly principal: {
    readonly kind: 'role' | 'user';
    readonly name: string;
    readonly path: string;
    readonly permissionsBoundary?: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  /** Of a role. */
  readonly trust?: PolicyDocument;
  /** The principal's own policies, in order. */
  readonly identity: readonly PolicyDocument[];
  /** ARNs of AWS managed policies that it attaches. */
  readonly attached: readonly string[];
  /** Bucket policies of the buckets that it makes, by the bucket's name. */
  readonly buckets: Readonly<Record<string, PolicyDocument>>;
}

/** Reads an artefact of one format, by a parser of that format; throws on whatever it does not understand. */
export type ArtefactReader = (files: readonly GeneratedFile[]) => ArtefactAccess | Promise<ArtefactAccess>;
