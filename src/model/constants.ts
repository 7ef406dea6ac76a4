/** The AWS account of ChannelMix, which a client's role trusts. Fixed by the vendor, never configuration. */
export const CHANNELMIX_ACCOUNT_ID = '031871504755';

/** Role and user name that the kit proposes. */
export const DEFAULT_ROLE_NAME = 'channelmix_s3_access';

/** Version of every JSON document that a command prints. */
export const SCHEMA_VERSION = 1;

/** Folder of the verifier's probe objects, below each prefix that is verified. */
export const PROBE_FOLDER = '.channelmix-verify/';

/** How long the kit's sessions of a role last, in seconds: the shortest that STS gives, so that reach ends with it even if its credentials leaked. */
export const SESSION_SECONDS = 900;

/** The account of a plan or template that says of none which it is. It is in every ARN that the plan makes, so that they fit each other. */
export const UNNAMED_ACCOUNT = '000000000000';
