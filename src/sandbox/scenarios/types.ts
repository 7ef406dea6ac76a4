import type { AclGrant, LifecycleRule } from '../../model/audit-documents.ts';
import type { CheckId, DiagnosisLayer } from '../../model/check.ts';
import type { AccessLevel } from '../../model/grant.ts';
import type { JsonValue, PolicyDocument } from '../../model/policy.ts';
import type { OrganizationOptions } from '../identity/organization.ts';

/** A state of an AWS account in which the access works, or fails in a way that people have met, with what the verifier must say. Plain data. */
export interface Scenario {
  /** Lower case with hyphens: `sandbox start --scenario NAME`. */
  readonly name: string;
  readonly title: string;
  /** What the person who set it up, or ChannelMix, sees. */
  readonly symptom: string;
  /** What is the matter, in one or two sentences. */
  readonly reason: string;
  readonly sources: readonly ScenarioSource[];
  readonly world: ScenarioWorld;
  readonly verify: VerifyArguments;
  readonly expected: ExpectedVerdict;
  /** Who must change what, where no layer tells it. */
  readonly who?: string;
  /** Why other emulators (LocalEmu) cannot show it; absent where they can. */
  readonly onlyInSandbox?: string;
}

/** Where it was met: a number of the field notes, a thread on GitHub (`owner/repo#1`), a row of the faults (`C2`), or a page. */
export type ScenarioSource =
  | { readonly fieldNote: number }
  | { readonly thread: string }
  | { readonly fault: string }
  | { readonly page: string };

/** A policy document, which may be wrong in ways that AWS accepts. */
export type ScenarioDocument = PolicyDocument | JsonValue;

/** What the accounts hold. Accounts are those of the client (111122223333) where nothing else is said. */
export interface ScenarioWorld {
  /** By default the client's and ChannelMix's. */
  readonly accounts?: readonly string[];
  /** Region of the sandbox, and of buckets that name none; us-east-1 by default. */
  readonly region?: string;
  /** How long ago it was set up, in seconds: 30 days by default. 0 with the fault `iam-delay` is a change that is still spreading. */
  readonly ageSeconds?: number;
  /** Takes effect when all else is there. */
  readonly organization?: OrganizationOptions;
  readonly policies?: readonly ScenarioPolicy[];
  readonly roles?: readonly ScenarioRole[];
  readonly users?: readonly ScenarioUser[];
  readonly keys?: readonly ScenarioKey[];
  readonly buckets?: readonly ScenarioBucket[];
  /** Public access block of whole accounts. */
  readonly accountPublicAccessBlocks?: Readonly<Record<string, PublicAccess>>;
  /** What all requests seem to come from. */
  readonly network?: {
    readonly sourceIp?: string;
    readonly sourceVpce?: string;
    readonly secureTransport?: boolean;
    /** Policy of the VPC endpoint that S3 is called through. */
    readonly endpointPolicy?: ScenarioDocument;
  };
  /** In the form of `--fault`. `iam-delay` counts while it is set up, the others from then on. */
  readonly faults?: readonly string[];
}

/** A customer managed policy; its ARN is `arn:aws:iam::ACCOUNT:policy/NAME`. */
export interface ScenarioPolicy {
  readonly account?: string;
  readonly name: string;
  readonly document: ScenarioDocument;
}

interface ScenarioPrincipal {
  readonly account?: string;
  readonly name: string;
  /** `/` by default. */
  readonly path?: string;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, ScenarioDocument>>;
  /** ARNs of managed policies. */
  readonly attached?: readonly string[];
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** It was there when the policies were written that name it, and is gone since. */
  readonly deleted?: true;
  /** When it last called services that its policies allow; what is not here it never called. */
  readonly called?: readonly ScenarioServiceUse[];
}

/** When a service was last called, in days before now. */
export interface ScenarioServiceUse {
  /** Prefix of its actions: `s3`. */
  readonly service: string;
  readonly daysAgo: number;
  /** Days by the name of an action: `{ GetBucketAcl: 3 }`. */
  readonly actions?: Readonly<Record<string, number>>;
}

export interface ScenarioRole extends ScenarioPrincipal {
  readonly trust: ScenarioDocument;
  /** 3,600 by default. */
  readonly maxSessionSeconds?: number;
  /** Days since it was last used; never by default. */
  readonly lastUsedDays?: number;
}

/** A user; every one that is not deleted has an access key. */
export interface ScenarioUser extends ScenarioPrincipal {
  /** The state of its access key; active by default. */
  readonly key?: 'active' | 'inactive' | 'none';
  /** Its access keys instead, two at most; credentials of the scenario are those of the first. */
  readonly keys?: readonly ScenarioAccessKey[];
  /** It has a password for the console. */
  readonly password?: true;
}

export interface ScenarioAccessKey {
  /** Days since it was made; that of the world by default. */
  readonly ageDays?: number;
  /** Days since it was last used; never by default. */
  readonly lastUsedDays?: number;
  /** The service that it was used for; s3 by default. */
  readonly lastUsedFor?: string;
  readonly inactive?: true;
}

/** A customer managed key, by the ARN that it has in the sandbox. Elsewhere the service chooses the id: whoever applies it there replaces the ARN. */
export interface ScenarioKey {
  readonly arn: string;
  /** The default one by default: it leaves the decision to the account's IAM policies. */
  readonly policy?: ScenarioDocument;
  /** `Deleted`: what names it names nothing. */
  readonly state?: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'Deleted';
  readonly grants?: readonly ScenarioGrant[];
  /** `alias/…` */
  readonly aliases?: readonly string[];
}

export interface ScenarioGrant {
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly operations: readonly string[];
}

export interface PublicAccess {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export interface ScenarioBucket {
  readonly account?: string;
  readonly name: string;
  readonly region?: string;
  /** Put before the public access block, as if that had been set later. */
  readonly policy?: ScenarioDocument;
  /** `on`, the default, is all four, as in new buckets. */
  readonly publicAccessBlock?: 'on' | 'off' | PublicAccess;
  /** BucketOwnerEnforced by default, as in new buckets. */
  readonly ownership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Only the owner's root user removes versions, with an MFA code. */
  readonly mfaDelete?: true;
  /** SSE-S3 by default. Without `keyArn`, `aws:kms` is the AWS managed key. */
  readonly encryption?: {
    readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
    readonly keyArn?: string;
    readonly bucketKey?: boolean;
  };
  /** Object Lock, which turns versioning on; with a default retention when it has a mode. */
  readonly lock?: { readonly mode?: 'GOVERNANCE' | 'COMPLIANCE'; readonly days?: number };
  readonly requestPayer?: 'Requester';
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of a topic, queue or function that is told of each new object. */
  readonly notifies?: string;
  /** ARN of a bucket that new objects are replicated to, and of the role that does it. */
  readonly replicates?: { readonly bucket: string; readonly role: string };
  readonly objects?: readonly ScenarioObject[];
  /** What its ACL gives beside the owner's full control; takes an ownership that has ACLs. */
  readonly acl?: readonly AclGrant[];
  readonly lifecycle?: readonly LifecycleRule[];
  /** Where server access logs go: a bucket of the same account and region. */
  readonly logging?: { readonly bucket: string; readonly prefix: string };
  /** Multipart uploads that were begun, and not finished. */
  readonly uploads?: readonly ScenarioUpload[];
}

export interface ScenarioUpload {
  readonly key: string;
  /** Days since it was begun; that of the world by default. */
  readonly ageDays?: number;
}

export interface ScenarioObject {
  readonly key: string;
  readonly body: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How the verifier is run: its flags (docs/verify.md), and by whom. */
export interface VerifyArguments {
  /** The role way. As it is typed: a scenario may have it wrong. */
  readonly roleArn?: string;
  /** The key way: the user whose access key it is. */
  readonly keyOf?: { readonly account?: string; readonly user: string };
  readonly bucket: string;
  readonly prefixes?: readonly string[];
  readonly access?: AccessLevel;
  readonly kmsKeyArn?: string;
  readonly otherBucket?: string;
  /** Account that must not be able to assume the role; the command takes a profile of it. */
  readonly thirdParty?: string;
  readonly as?: 'channelmix' | 'client' | 'simulate';
  /** `--wait`, such as `2s`. */
  readonly wait?: string;
  readonly expect?: 'revoked';
  readonly region?: string;
  /** Whose credentials it runs with on the role way: the root user of ChannelMix's account by default. */
  readonly caller?: ScenarioCaller;
}

/** The root user of an account, one of its users, a session of one of its roles, or credentials as they stand. */
export type ScenarioCaller =
  | { readonly account: string }
  | { readonly account: string; readonly user: string }
  /** `expired`: the session ended before the verifier starts; `sessionPolicy`: whoever made it limits it. */
  | {
      readonly account: string;
      readonly role: string;
      readonly expired?: true;
      readonly sessionPolicy?: PolicyDocument;
    }
  | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** What the verifier must come to. */
export interface ExpectedVerdict {
  readonly exitCode: 0 | 1 | 2 | 3 | 4;
  /** Every check that does not come out as wanted, or is skipped with a word about why; all others pass. */
  readonly checks: readonly ExpectedCheck[];
  /** Words that some note of the report must contain. */
  readonly notes?: readonly string[];
  /** Words that the message must contain where nothing could be verified at all (exit code 2 or 3). */
  readonly message?: readonly string[];
  /** How many things stay behind (exit code 4); 0 by default. */
  readonly left?: number;
}

export interface ExpectedCheck {
  readonly id: CheckId;
  /** Where access is limited to folders: the one that it is about. */
  readonly prefix?: string;
  readonly result: 'allow' | 'deny' | 'error' | 'skipped';
  /** Row of the table of diagnoses that must speak (src/diagnose/rules). */
  readonly rule?: string;
  /** Absent for checks that are skipped since another one failed. */
  readonly layer?: DiagnosisLayer;
  /** Whether AWS named the layer or the verifier inferred it. */
  readonly evidence?: 'aws' | 'inferred';
  /** Words that the cause, or the note of a check that was skipped, must contain. */
  readonly cause?: readonly string[];
  /** Words that the fix must contain. */
  readonly fix?: readonly string[];
}
