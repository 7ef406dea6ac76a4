import { s3Guide } from '../../lint/facts/pages.ts';
import { ACL_GROUPS } from '../../model/acl.ts';
import type { AclGrant } from '../../model/audit-documents.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

const EVERYBODY: Readonly<Record<string, string>> = {
  [ACL_GROUPS.everybody]: 'everybody on the internet',
  [ACL_GROUPS.signedIn]: 'everybody with an AWS account',
};

export const bucketAclGrants = defineRule({
  id: 'bucket-acl-grants',
  question: 'hygiene',
  severity: 'security',
  title: 'The access control list of the bucket grants nothing to others',
  why: 'An access control list that names another account, or one of the groups of everybody, opens the bucket beside all policies: no policy shows it. It counts unless Object Ownership is "Bucket owner enforced"; of the groups of everybody not where public access control lists are ignored.',
  docs: s3Guide('acl-overview.html'),
  controls: [hub('S3.2'), hub('S3.3'), hub('S3.12')],
  messages: {
    everybody: {
      message: 'The access control list of bucket {bucket} gives {who}: {permissions}.',
      fix: 'Take the grant away (aws s3api put-bucket-acl --bucket {bucket} --acl private), and set Object Ownership to BucketOwnerEnforced, which makes S3 ignore all lists.',
    },
    other: {
      message: 'The access control list of bucket {bucket} gives another account ({who}): {permissions}.',
      fix: 'If it should have this, let a bucket policy say so; then aws s3api put-bucket-acl --bucket {bucket} --acl private, and Object Ownership BucketOwnerEnforced.',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { acl, ownership, publicAccessBlock: own, accountPublicAccessBlock: account, name } = bucket;
      if (ownership.state === 'read' && ownership.value === 'BucketOwnerEnforced') continue;
      yield* blindTo(acl, ownership);
      if (acl.state !== 'read' || ownership.state === 'unreadable') continue;
      const { owner, grants } = acl.value;
      const ignored = [own, account].some((piece) => piece.state === 'read' && piece.value.ignorePublicAcls);
      const others = grants.filter(({ grantee }) => grantee !== owner && grantee !== ACL_GROUPS.logDelivery);
      for (const [grantee, given] of groupBy(others, (grant) => grant.grantee)) {
        const group = EVERYBODY[grantee];
        if (group !== undefined && ignored) continue;
        // What could not be read may ignore it.
        const blind = group === undefined ? [] : blindTo(own, account);
        yield* blind;
        if (blind.length > 0) continue;
        yield {
          message: group === undefined ? 'other' : 'everybody',
          about: arnOf(bucket),
          key: grantee,
          data: { bucket: name, who: group ?? grantee, permissions: permissionsOf(given) },
          ...(group === undefined ? { severity: 'warning' as const } : {}),
        };
      }
    }
  },
});

function permissionsOf(grants: readonly AclGrant[]): string {
  return grants.map(({ permission }) => permission).join(', ');
}
