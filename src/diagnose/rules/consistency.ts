import { refusedAction } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';
import { actions, explicit, isDenied, who } from './words.ts';

const READS: readonly string[] = ['get-object', 'head-object'];

/** Both read the same object with the same permission. What reading needs beside it, such as a key, is named by AWS as another action. */
const hasTwin = (facts: DiagnosisFacts) =>
  READS.includes(facts.id) &&
  refusedAction(facts) === 's3:GetObject' &&
  facts.peers.some((peer) => READS.includes(peer.id) && peer.prefix === facts.prefix && peer.result === 'allow');

/** Refusals that stand against another answer of the same run. */
export const consistencyRules: readonly DiagnosisRule[] = [
  {
    id: 'hidden-absence',
    when: (facts) =>
      isDenied(facts) && facts.action === 's3:GetObject' && facts.failure?.denial?.action === 's3:ListBucket',
    layer: 'not-found',
    evidence: 'inferred',
    cause: (facts) =>
      `what was put a moment ago is not there. S3 hides that behind a refusal, since ${who(facts)} may not list: with s3:ListBucket the answer would be 404`,
    fix: () => 'Allow s3:ListBucket on the bucket, and look for what removes or moves new objects in this folder.',
  },
  {
    id: 'flapping',
    when: (facts) => isDenied(facts) && !explicit(facts) && hasTwin(facts),
    layer: 'consistency',
    evidence: 'inferred',
    cause: (facts) =>
      `${actions(facts)} was allowed to one call and refused to another of the same run: a change of a policy is on its way and has not reached every server`,
    fix: () =>
      'Verify again in a minute. If the answers still differ, look for something that changes policies back and forth.',
  },
];
