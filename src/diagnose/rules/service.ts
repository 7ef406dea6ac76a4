import { UNKNOWN_YET_CODES } from '../../model/failure.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';
import { kind, said } from './words.ts';

/** STS has accepted them a moment ago: it made the session, or said whose key it is. */
const isNew = (facts: DiagnosisFacts) =>
  kind('credentials')(facts) &&
  UNKNOWN_YET_CODES.includes(facts.failure?.code ?? '') &&
  facts.action !== 'sts:AssumeRole';

/** Every answer of AWS has a request id. */
const isFromElsewhere = (facts: DiagnosisFacts) =>
  kind('unknown')(facts) && facts.failure?.httpStatus !== undefined && facts.failure.requestId === undefined;

/** Answers that leave open whether access is allowed, and refusals for other reasons than permissions. */
export const serviceRules: readonly DiagnosisRule[] = [
  {
    id: 'expired',
    when: kind('expired'),
    layer: 'credentials',
    evidence: 'aws',
    cause: (facts) => `the credentials expired during the run (${said(facts)})`,
    fix: () => 'Renew them and run this again, for example after: aws sso login --profile NAME',
  },
  {
    id: 'not-known-yet',
    when: isNew,
    layer: 'consistency',
    evidence: 'inferred',
    cause: (facts) =>
      `STS took these credentials a moment ago and S3 does not know them (${said(facts)}): keys and sessions take some seconds to be known everywhere`,
    fix: () =>
      'Run this again in a minute, with a longer --wait. If it stays, the key was deleted or made inactive meanwhile.',
  },
  {
    id: 'credentials',
    when: kind('credentials'),
    layer: 'credentials',
    evidence: 'aws',
    cause: (facts) => `AWS does not take the credentials (${said(facts)})`,
    fix: () =>
      'Compare the access key id and the secret with those that IAM gave: a secret with a character too many or too few is refused like a wrong one.',
  },
  {
    id: 'clock-skew',
    when: kind('clock-skew'),
    layer: 'clock-skew',
    evidence: 'aws',
    cause: (facts) => `the clock of this machine differs too much from AWS's (${said(facts)})`,
    fix: () => 'Set the clock (NTP), then run this again.',
  },
  {
    id: 'throttling',
    when: kind('throttling'),
    layer: 'throttling',
    evidence: 'aws',
    cause: (facts) => `AWS asked to slow down, ${facts.failure?.attempts} times in a row (${said(facts)})`,
    fix: () => 'Run this again later; it says nothing about permissions.',
  },
  {
    id: 'server',
    when: kind('server'),
    layer: 'network',
    evidence: 'aws',
    cause: (facts) => `the service failed ${facts.failure?.attempts} times in a row (${said(facts)})`,
    fix: () => 'Run this again; if it stays, look at https://health.aws.amazon.com. It says nothing about permissions.',
  },
  {
    id: 'network',
    when: kind('network', 'timeout'),
    layer: 'network',
    evidence: 'inferred',
    cause: (facts) => `no answer came (${said(facts)})`,
    fix: () => 'Check network, proxy, firewall and --endpoint-url; it says nothing about permissions.',
  },
  {
    id: 'region',
    when: kind('region'),
    layer: 'region',
    evidence: 'aws',
    cause: (facts) =>
      `the bucket is in another region${facts.failure?.bucketRegion === undefined ? '' : `, ${facts.failure.bucketRegion},`} and S3 did not let the request be redirected (${said(facts)})`,
    fix: (facts) => `Run this again with --region ${facts.failure?.bucketRegion ?? 'REGION-OF-THE-BUCKET'}.`,
  },
  {
    id: 'acl',
    when: kind('acl'),
    layer: 'ownership',
    evidence: 'aws',
    cause: () =>
      'the bucket has ACLs switched off (Object Ownership: bucket owner enforced), and the request carried one: this is no lack of permission',
    fix: () => 'Leave ACLs off; whatever adds an x-amz-acl header must stop.',
  },
  {
    id: 'no-bucket',
    when: (facts) => kind('not-found')(facts) && facts.failure?.code === 'NoSuchBucket',
    layer: 'not-found',
    evidence: 'aws',
    cause: (facts) => `there is no bucket ${facts.resource.split(':::')[1]?.split('/')[0] ?? facts.bucket}`,
    fix: () => 'Check the spelling of the bucket.',
  },
  {
    id: 'lost-object',
    when: kind('not-found'),
    layer: 'not-found',
    evidence: 'aws',
    cause: (facts) => `what was put a moment ago is not there (${said(facts)}): something else removes new objects`,
    fix: () => 'Look for a function or lifecycle rule that deletes or moves what arrives in this folder.',
  },
  {
    id: 'proxy',
    when: isFromElsewhere,
    layer: 'network',
    evidence: 'inferred',
    cause: (facts) =>
      `the answer has no request id, which every answer of AWS has: a proxy, firewall or captive portal gave it (${said(facts)})`,
    fix: () => 'Let the host through that proxy, or run this from another network. It says nothing about permissions.',
  },
  {
    id: 'unknown',
    when: () => true,
    layer: 'unknown',
    evidence: 'inferred',
    cause: (facts) => `the answer is none that AWS documents for this call (${said(facts)})`,
    fix: () =>
      'Check that the endpoint is S3 and that no proxy changes its answers. It says nothing about permissions.',
  },
];
