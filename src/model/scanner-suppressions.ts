/** Why a scanner's finding about a missing external ID is no mistake: the reason beside each suppression. */
const REASON = 'ChannelMix supports no external ID';

/** How one scanner is told to leave a finding out, in one kind of file. */
interface SuppressionForm {
  readonly where: string;
  readonly text: string;
  /** Where in the file, or on the command line, it stands. */
  readonly place: string;
  /** Language of the text, for a block of code. */
  readonly language: 'yaml' | 'hcl' | 'sh';
}

/** One scanner's finding about every role that an account without external ID may assume. */
export interface ScannerSuppression {
  readonly scanner: string;
  /** What the scanner takes the trust for. */
  readonly about: string;
  readonly forms: readonly SuppressionForm[];
}

/** Queries of KICS: one for CloudFormation, one for Terraform. https://docs.kics.io/latest/queries/all-queries/ */
const KICS = {
  cloudFormation: '85138beb-ce7c-4ca3-a09f-e8fbcc57ddd7',
  terraform: '09c35abf-5852-4622-ac7a-b987b331232e',
} as const;

const DATADOG = ['cloudformation', 'terraform'].map(
  (format) => `${format}-aws-cross-account-iam-assume-role-policy-without-external-id-or-mfa`,
);

/** The scanners that flag a role for ChannelMix, and what to write for each. */
export const SCANNER_SUPPRESSIONS: readonly ScannerSuppression[] = [
  {
    scanner: 'KICS',
    about: 'it wants an external ID or MFA for every other account',
    forms: [
      {
        where: 'CloudFormation',
        text: `# kics-scan disable=${KICS.cloudFormation}`,
        place: 'as the first line',
        language: 'yaml',
      },
      {
        where: 'Terraform',
        text: `# kics-scan disable=${KICS.terraform}`,
        place: 'as the first line',
        language: 'hcl',
      },
      {
        where: 'Command line',
        text: `--exclude-queries ${KICS.cloudFormation},${KICS.terraform}`,
        place: 'of kics scan',
        language: 'sh',
      },
    ],
  },
  {
    scanner: 'Checkov',
    about: 'CKV_AWS_61 takes the root of an account for everybody in it',
    forms: [
      { where: 'Terraform', text: `#checkov:skip=CKV_AWS_61:${REASON}`, place: 'within the role', language: 'hcl' },
      {
        where: 'CloudFormation',
        text: `Metadata: {checkov: {skip: [{id: CKV_AWS_61, comment: ${REASON}}]}}`,
        place: 'on the role',
        language: 'yaml',
      },
    ],
  },
  {
    scanner: 'Datadog',
    about: 'it wants an external ID or MFA for every other account',
    forms: [
      {
        where: 'code-security.datadog.yaml',
        text: `iac: {ignore-rules: [${DATADOG.join(', ')}]}`,
        place: 'at the top level',
        language: 'yaml',
      },
    ],
  },
];
