/** The AWS account of ChannelMix, which a client's role trusts. Fixed by the vendor, never configuration. */
export const CHANNELMIX_ACCOUNT_ID = '031871504755';

/** Role and user name that the kit proposes. */
export const DEFAULT_ROLE_NAME = 'channelmix_s3_access';

/** Version of every JSON document that a command prints. */
export const SCHEMA_VERSION = 1;

/** Folder of the verifier's probe objects, below each prefix that is verified. */
export const PROBE_FOLDER = '.channelmix-verify/';
