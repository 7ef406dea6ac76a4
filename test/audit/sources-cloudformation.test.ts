// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written like this
import { describe, expect, it } from 'vitest';
import { audit, expectationOf } from '../../src/audit/index.ts';
import { cloudFormationTemplate } from '../../src/generate/cloudformation/index.ts';
import type { Grant } from '../../src/model/grant.ts';
import { everyKindOfGrant } from '../generate/artefacts/grants.ts';
import { expectGrant, expectValid, grantOf, KIT_BUCKET, read, refusal, short } from './plans.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function template(grant: Grant, stackSet = false) {
  return read(cloudFormationTemplate(grant, { stackSet }), {}, 'channelmix-s3.yaml');
}

/** A role for ChannelMix with more resources and sections beside it. */
function roleWith(resources: string, rest = ''): string {
  return `AWSTemplateFormatVersion: '2010-09-09'
${rest}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: channelmix
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { AWS: !Sub 'arn:\${AWS::Partition}:iam::031871504755:root' }
            Action: sts:AssumeRole
${resources}`;
}

/** The same with a statement's resource, as an inline policy. */
function withResource(resource: string, rest = '', more = ''): string {
  return roleWith(
    `      Policies:
        - PolicyName: data
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 's3:GetObject', Resource: ${resource} }
${more}`,
    rest,
  );
}

describe('a template that the kit generates', () => {
  // Every nineteenth of more than a thousand: each property of a grant is in many of them.
  const grants = everyKindOfGrant().filter((_, index) => index % 19 === 0);

  it('says what its grant stands for', () => {
    for (const grant of grants) expectGrant(template(grant), grant);
    expect(grants.length).toBeGreaterThan(50);
  });

  it('gives a bucket the settings of the blueprint, a key, and places', () => {
    const grant = grantOf({ buckets: [{ name: 'new-bucket', create: true, kmsKeyArn: KEY }] });
    const text = cloudFormationTemplate(grant);
    const documents = read(text, {}, 'channelmix-s3.yaml');
    const [bucket] = documents.buckets;
    expect(bucket).toMatchObject({
      name: 'new-bucket',
      ...KIT_BUCKET,
      region: { value: 'eu-west-1' },
      encryption: { value: { algorithm: 'aws:kms', kmsKey: KEY, bucketKey: true } },
    });
    expect(documents.keys).toMatchObject([
      { arn: KEY, because: 'default-encryption', policy: { why: { kind: 'not-asked' } } },
    ]);
    const [policy] = documents.principal.identity.read;
    const lines = text.split('\n');
    expect(policy?.place?.path).toBe('channelmix-s3.yaml');
    expect(policy?.place?.statements.map(({ line }) => lines[line - 1]?.trim())).toEqual([
      '- Sid: ChannelMixListBucket',
      '- Sid: ChannelMixReadWriteObjects',
      '- Sid: ChannelMixRemoveProbeVersions',
      '- Sid: ChannelMixUseKey1',
    ]);
    expect(lines[(documents.principal.place?.line ?? 0) - 1]?.trim()).toBe('Type: AWS::IAM::Role');
    expectValid(documents);
  });

  it('has the account in the names of a stack set’s buckets where somebody says it', () => {
    const grant = grantOf({ bucket: 'data', createBucket: true });
    const text = cloudFormationTemplate(grant, { stackSet: true });
    expect(read(text, {}, 'a.yaml').buckets.map(({ name }) => name)).toEqual(['data-000000000000']);
    const parameters = { 'AWS::AccountId': '444455556666', BucketName: 'other' };
    expect(read(text, { parameters }, 'a.yaml')).toMatchObject({
      principal: { arn: 'arn:aws:iam::444455556666:role/channelmix_s3_access' },
      buckets: [{ name: 'other-444455556666', owner: { value: '444455556666' } }],
    });
  });

  it('has an access key whose age begins when it is made', () => {
    const documents = template(grantOf({ auth: 'key', access: 'full', bucket: 'data' }));
    expect(short(documents.principal.accessKeys)).toBe('not-asked: AccessKey is made by it, and does not exist yet');
    expect(short(documents.principal.password)).toBe('absent');
    expectValid(documents);
  });

  it('is audited without a gap in what matters', () => {
    const documents = template(grantOf({ bucket: 'new-bucket', createBucket: true }));
    const expected = expectationOf(documents, 'minimal', []);
    const report = audit({ documents, expected, now: '2026-11-25T12:00:00Z' });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report.complete).toBe(true);
  });
});

describe('functions', () => {
  const PARAMETERS = `Parameters:
  Name: { Type: String, Default: acme }
  Open: { Type: String }
  Hidden: { Type: String, Default: secret-name, NoEcho: true }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /acme/name }
  Names: { Type: CommaDelimitedList, Default: 'one, two' }
Mappings:
  Places: { eu: { bucket: mapped } }
Conditions:
  Never: !Equals [!Ref Name, other]
  Always: !Not [!Condition Never]
  Depends: !Equals [!Ref Open, x]`;
  const BUCKETS = `  Data: { Type: 'AWS::S3::Bucket' }
  Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: !Sub '\${Name}-data' } }`;

  it.each([
    ['!GetAtt Named.Arn', 'arn:aws:s3:::acme-data'],
    ['!GetAtt Data.Arn', 'arn:aws:s3:::unnamed-data'],
    ["!Sub '${Data.Arn}/*'", 'arn:aws:s3:::unnamed-data/*'],
    ["!Sub 'arn:${AWS::Partition}:s3:::${Named}/${!aws:username}/*'", 'arn:aws:s3:::acme-data/${aws:username}/*'],
    ["!Sub ['arn:aws:s3:::${B}', { B: !Ref Name }]", 'arn:aws:s3:::acme'],
    ["!Join ['', ['arn:aws:s3:::', !Ref Name, '/*']]", 'arn:aws:s3:::acme/*'],
    ["{ 'Fn::Join': ['', ['arn:aws:s3:::', { Ref: Name }]] }", 'arn:aws:s3:::acme'],
    ["!Join ['', ['arn:aws:s3:::', !Select [1, !Ref Names]]]", 'arn:aws:s3:::two'],
    ["!Select [0, !Split ['|', 'arn:aws:s3:::a|b']]", 'arn:aws:s3:::a'],
    ["!Sub ['arn:aws:s3:::${B}', { B: !FindInMap [Places, eu, bucket] }]", 'arn:aws:s3:::mapped'],
    ["!If [Always, 'arn:aws:s3:::yes', 'arn:aws:s3:::no']", 'arn:aws:s3:::yes'],
    ["[!If [Never, 'arn:aws:s3:::no', !Ref AWS::NoValue], 'arn:aws:s3:::yes']", ['arn:aws:s3:::yes']],
  ])('works out %s', (resource, expected) => {
    const { principal } = read(withResource(resource, PARAMETERS, BUCKETS), {}, 'a.yaml');
    expect(principal.identity.unreadable).toEqual([]);
    expect(principal.identity.read[0]?.document).toMatchObject({ Statement: [{ Resource: expected }] });
  });

  const AT = '/Resources/Role/Properties/Policies/0/PolicyDocument/Statement/0/Resource';

  it.each([
    ['!Ref Open', `${AT} is !Ref Open, a parameter without a default`],
    ['!Ref Hidden', `${AT} is !Ref Hidden, a parameter that is kept secret`],
    ['!Ref Stored', `${AT} is !Ref Stored, a parameter that is kept in Systems Manager`],
    ['!ImportValue shared-arn', `${AT} is !ImportValue shared-arn, an export of another stack`],
    ["['arn:aws:s3:::a', !ImportValue x]", `${AT}/1 is !ImportValue x, an export of another stack`],
    ['!Ref Missing', `${AT} is !Ref Missing, which is not in the template`],
    ['!GetAtt Data.DomainName', `${AT} is !GetAtt Data.DomainName, which only the stack will know`],
    [
      "!Sub 'arn:aws:s3:::${Open}/*'",
      `${AT} is !Sub "arn:aws:s3:::\${Open}/*" with \${Open}, a parameter without a default`,
    ],
    ["!Join ['', ['arn:aws:s3:::', !Ref Open]]", `${AT} is !Join of what is !Ref Open, a parameter without a default`],
    [
      "!If [Depends, 'arn:aws:s3:::a', 'arn:aws:s3:::b']",
      `${AT} is !If Depends, a condition that is not known to hold`,
    ],
    [
      "!Sub 'arn:aws:s3:${AWS::Region}::a'",
      `${AT} is !Sub "arn:aws:s3:\${AWS::Region}::a" with \${AWS::Region}, which the template does not say`,
    ],
    ['!FindInMap [Places, us, bucket]', `${AT} is !FindInMap Places us bucket, which the template does not say`],
    ["!Base64 'x'", `${AT} is !Base64 is not understood`],
  ])('leaves the whole policy open at %s, and says where', (resource, said) => {
    const { principal } = read(withResource(resource, PARAMETERS, BUCKETS), {}, 'a.yaml');
    expect(principal.identity).toEqual({
      read: [],
      unreadable: [
        { what: 'inline policy data of role channelmix', action: 'iam:GetRolePolicy', kind: 'unknown', said },
      ],
    });
  });

  it('takes values of parameters and of the stack, and refuses others', () => {
    const text = withResource("!Sub 'arn:aws:s3:::${Open}-${AWS::Region}'", PARAMETERS, BUCKETS);
    const parameters = { Open: 'x', 'AWS::Region': 'eu-central-1' };
    expect(read(text, { parameters }, 'a.yaml').principal.identity.read[0]?.document).toMatchObject({
      Statement: [{ Resource: 'arn:aws:s3:::x-eu-central-1' }],
    });
    expect(refusal(text, { parameters: { Opne: 'x' } }, 'a.yaml')).toContain('Opne: is not one of the template');
  });

  it('never shows what is kept secret', () => {
    expect(JSON.stringify(read(withResource('!Ref Hidden', PARAMETERS, BUCKETS), {}, 'a.yaml'))).not.toContain(
      'secret-name',
    );
  });
});

describe('every form of a policy', () => {
  const STATEMENT = (action: string) =>
    `{ Statement: [{ Effect: Allow, Action: '${action}', Resource: 'arn:aws:s3:::b/*' }] }`;

  it('is found: inline, separate, managed, attached, of AWS, and of another', () => {
    const text = roleWith(`      Policies: [{ PolicyName: one, PolicyDocument: ${STATEMENT('s3:One')} }]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess', !Ref Two, 'arn:aws:iam::aws:policy/Other', !ImportValue x]
  Two: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: ${STATEMENT('s3:Two')} } }
  Three: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: three, Roles: [!Ref Role], PolicyDocument: ${STATEMENT('s3:Three')} } }
  Four: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: four, Roles: [channelmix], PolicyDocument: ${STATEMENT('s3:Four')} } }
  Five: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: five, RoleName: !Ref Role, PolicyDocument: ${STATEMENT('s3:Five')} } }
  Not: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: six, RoleName: other, PolicyDocument: ${STATEMENT('s3:Six')} } }`);
    const { identity } = read(text, {}, 'a.yaml').principal;
    expect(identity.read.map(({ name }) => name)).toEqual([
      'one',
      'arn:aws:iam::aws:policy/AmazonS3FullAccess',
      'arn:aws:iam::000000000000:policy/unnamed-two',
      'arn:aws:iam::000000000000:policy/three',
      'four',
      'five',
    ]);
    expect(identity.unreadable.map(({ what, said }) => `${what}: ${said}`)).toEqual([
      'policy arn:aws:iam::aws:policy/Other: a.yaml names the policy and does not declare it',
      'the attached policies of role channelmix: /Resources/Role/Properties/ManagedPolicyArns/3 is !ImportValue x, an export of another stack',
    ]);
  });

  it('is open where it is not known who has it, or whether it is made', () => {
    const conditions = `Parameters: { Open: { Type: String } }
Conditions: { Depends: !Equals [!Ref Open, x] }`;
    const text = roleWith(
      `  Loose: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: p, RoleName: !Ref Open, PolicyDocument: ${STATEMENT('s3:One')} } }
  Maybe: { Type: 'AWS::IAM::RolePolicy', Condition: Depends, Properties: { PolicyName: q, RoleName: !Ref Role, PolicyDocument: ${STATEMENT('s3:Two')} } }`,
      conditions,
    );
    const { identity } = read(text, {}, 'a.yaml').principal;
    expect(identity.read).toEqual([]);
    expect(identity.unreadable.map(({ said }) => said)).toEqual([
      'whether Maybe is made depends on the condition Depends, which is not known',
      'Loose is attached to a role that is not known',
    ]);
  });

  it('of a user’s groups counts, whoever says who is in them', () => {
    const text = `Resources:
  User: { Type: 'AWS::IAM::User', Properties: { UserName: robot, Groups: [!Ref One], Tags: [{ Key: a, Value: b }] } }
  Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: !Ref User, Status: Inactive } }
  One: { Type: 'AWS::IAM::Group', Properties: { Policies: [{ PolicyName: p, PolicyDocument: ${STATEMENT('s3:One')} }] } }
  Two: { Type: 'AWS::IAM::Group', Properties: { GroupName: two, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] } }
  Add: { Type: 'AWS::IAM::UserToGroupAddition', Properties: { GroupName: !Ref Two, Users: [!Ref User] } }`;
    const { identity, arn } = read(text, {}, 'a.yaml').principal;
    expect(arn).toBe('arn:aws:iam::000000000000:user/robot');
    expect(identity.read.map(({ name, group }) => `${group} ${name}`)).toEqual([
      'unnamed-one p',
      'two arn:aws:iam::aws:policy/AmazonS3FullAccess',
    ]);
  });
});

describe('what a template leaves out', () => {
  it('is what AWS gives a new bucket and a new key', () => {
    const text =
      roleWith(`  Data: { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn } }] } } }
  Plain: { Type: 'AWS::S3::Bucket', Properties: { BucketName: plain } }
  Key: { Type: 'AWS::KMS::Key' }`);
    const documents = read(text, {}, 'a.yaml');
    const { versioning: _, lifecycle: __, ...closed } = KIT_BUCKET;
    expect(documents.buckets).toMatchObject([
      {
        name: 'unnamed-data',
        ...closed,
        policy: { state: 'absent' },
        versioning: { state: 'absent' },
        lifecycle: { state: 'absent' },
      },
      { name: 'plain', encryption: { value: { algorithm: 'AES256' } } },
    ]);
    expect(documents.keys).toMatchObject([
      {
        arn: 'arn:aws:kms:us-east-1:000000000000:key/unnamed-key',
        policy: { value: { document: { Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }] } } },
      },
    ]);
    expect(short(documents.buckets[0]?.uploads ?? { state: 'absent' })).toMatch(/^not-asked: /);
    expectValid(documents);
  });

  it.each([
    ['a transform', roleWith('', 'Transform: AWS::Serverless-2016-10-31'), 'the transform AWS::Serverless-2016-10-31'],
    ['a macro', roleWith('', 'Transform: [Mine, AWS::LanguageExtensions]'), 'the transform Mine'],
    ['a loop', roleWith("  'Fn::ForEach::Roles': [X, [a], {}]"), 'Fn::ForEach::Roles'],
    [
      'a nested stack',
      roleWith("  Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: x } }"),
      'the nested stack Nested',
    ],
  ])('is told of %s', (_, text, what) => {
    const { principal, otherWays } = read(text, {}, 'a.yaml');
    expect(principal.identity.unreadable).toMatchObject([{ what, kind: 'unknown' }]);
    expect(otherWays.unreadable).toMatchObject([{ what, kind: 'unknown' }]);
  });

  it('is nothing of a bucket that it only names', () => {
    const [bucket] = read(withResource("'arn:aws:s3:::elsewhere/*'"), {}, 'a.yaml').buckets;
    expect(short(bucket?.policy ?? { state: 'absent' })).toBe('not-asked: a.yaml does not declare bucket elsewhere');
  });
});

describe('YAML of CloudFormation’s', () => {
  it('has accounts as text, in quotes or not', () => {
    const trust = (account: string) => `Resources:
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: r, AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { AWS: ${account} } }] } } }`;
    for (const account of ['031871504755', "'031871504755'"])
      expect(read(trust(account), {}, 'a.yaml').principal.arn).toBe('arn:aws:iam::000000000000:role/r');
  });

  it('may be JSON', () => {
    const template = {
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {
              Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '031871504755' } },
            },
            Policies: [
              {
                PolicyName: 'p',
                PolicyDocument: {
                  Statement: { Effect: 'Allow', Action: 's3:*', Resource: { 'Fn::GetAtt': ['B', 'Arn'] } },
                },
              },
            ],
          },
        },
        B: { Type: 'AWS::S3::Bucket' },
      },
    };
    const documents = read(template);
    expect(documents.principal.name).toBe('unnamed-role');
    expect(documents.principal.identity.read[0]?.document).toMatchObject({
      Statement: { Resource: 'arn:aws:s3:::unnamed-b' },
    });
    expect(documents.buckets.map(({ name }) => name)).toEqual(['unnamed-b']);
  });
});
