import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { auditPermissions } from '../../src/audit/permissions.ts';
import { readAt } from '../audit/corpus/run.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, localemuPeer } from './peers.ts';
import { asRoot, createUser, policyDocument } from './stage.ts';

const prepared = judges();
const ACCOUNT = ACCOUNTS.client;

/** What is not read without an action. */
const WITHOUT = {
  'iam:GetGroupPolicy': 'inline',
  'iam:ListGroupPolicies': 'inline',
  'iam:ListAttachedGroupPolicies': 'attached',
} as const;

// The sandbox has no groups: the permissions to read them are proved here.
describe.skipIf(prepared === null)('an audit of a user in a group, at LocalEmu', () => {
  test('reads the policies of the group with what --print-permissions prints, and with nothing less', async () => {
    if (prepared === null) return;
    const peer = localemuPeer(prepared);
    const { iam } = asRoot(peer, ACCOUNT);
    const run = randomUUID().slice(0, 8);
    const [user, group] = [`channelmix-${run}`, `vendors-${run}`];
    const document = (bucket: string) =>
      policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` });
    await iam.createUser({ UserName: user });
    await iam.createGroup({ GroupName: group });
    await iam.addUserToGroup({ UserName: user, GroupName: group });
    await iam.putGroupPolicy({ GroupName: group, PolicyName: 'inline', PolicyDocument: document('inline') });
    const { Policy } = await iam.createPolicy({ PolicyName: `attached-${run}`, PolicyDocument: document('attached') });
    await iam.attachGroupPolicy({ GroupName: group, PolicyArn: Policy?.Arn });

    const printed = auditPermissions({
      partition: 'aws',
      principal: `arn:aws:iam::${ACCOUNT}:user/${user}`,
      buckets: [],
      kmsKeyArns: [],
      lastAccessed: false,
    });
    /** The buckets that the identity policies name, and the permissions that were missing for the others. */
    const readWithout = async (taken: string) => {
      const statements = [printed.Statement].flat().map((statement) => ({
        ...statement,
        Action: [statement.Action ?? []].flat().filter((action) => action !== taken),
      }));
      const reader = await createUser(iam, `auditor-${randomUUID().slice(0, 8)}`, statements);
      const { principal } = await readAt(peer.endpoint, reader.credentials, { user, noLastAccessed: true });
      return {
        read: ['inline', 'attached'].filter((bucket) =>
          JSON.stringify(principal.identity.read).includes(`arn:aws:s3:::${bucket}/*`),
        ),
        missing: principal.identity.unreadable.map(({ action }) => action),
      };
    };
    expect(await readWithout('')).toEqual({ read: ['inline', 'attached'], missing: [] });
    for (const [action, bucket] of Object.entries(WITHOUT)) {
      expect(await readWithout(action), action).toEqual({
        read: ['inline', 'attached'].filter((one) => one !== bucket),
        missing: [action],
      });
    }
  });
});
