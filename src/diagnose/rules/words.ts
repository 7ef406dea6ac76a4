import { parseArn } from '../../model/arn.ts';
import type { DiagnosisLayer } from '../../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { FailureKind } from '../../model/failure.ts';
import type { DiagnosisFacts, PeerCheck, SharedFacts } from '../types.ts';

/** Whose access it is, in the client's words. */
export const who = (facts: DiagnosisFacts): string => (facts.way === 'role' ? 'the role' : 'the user');

/** All actions that the words are about. */
export const actions = (facts: SharedFacts): string => facts.actions.join(', ');

/** The answer as it came. */
export const said = (facts: DiagnosisFacts): string => `${facts.failure?.code}: ${facts.failure?.message}`;

/** Whether the failure is of one of these kinds. */
export const kind =
  (...kinds: readonly FailureKind[]) =>
  (facts: DiagnosisFacts): boolean =>
    facts.failure !== undefined && kinds.includes(facts.failure.kind);

/** A call to S3 (or to KMS behind it) that was refused; AssumeRole has rows of its own. */
export const isDenied = (facts: DiagnosisFacts): boolean => kind('denied')(facts) && facts.action !== 'sts:AssumeRole';

/** AssumeRole was refused. */
export const isAssumeDenied = (facts: DiagnosisFacts): boolean =>
  kind('denied')(facts) && facts.action === 'sts:AssumeRole';

/** The layer that AWS's answer names. */
export const layerOf = (facts: DiagnosisFacts): DiagnosisLayer | undefined => facts.failure?.denial?.layer;

/** Whether AWS's answer says that a statement denies. */
export const explicit = (facts: DiagnosisFacts): boolean => facts.failure?.denial?.explicit === true;

/** Checks of the same run in S3 that were allowed. */
export const passed = (facts: DiagnosisFacts): readonly PeerCheck[] =>
  facts.peers.filter(({ result, action }) => result === 'allow' && !action.startsWith('sts:'));

/** Candidates in the order to test them: `(1) …; (2) …`. */
export function numbered(texts: readonly string[]): string {
  return texts.map((text, index) => `(${index + 1}) ${text}`).join('; ');
}

/** Whether ChannelMix itself runs the verifier; else it is the client, whose own credentials say nothing about ChannelMix's. */
export const isChannelMix = (facts: DiagnosisFacts): boolean =>
  parseArn(facts.callerArn)?.account === CHANNELMIX_ACCOUNT_ID;
