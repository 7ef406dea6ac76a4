import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTypedFields } from '../../src/documents/read-connection.ts';
import { checkConnection } from '../../src/generate/connection-check.ts';
import { KitError } from '../../src/model/errors.ts';

const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** The form in ways that people send it; all say the same. */
const SAME: Readonly<Record<string, string>> = {
  'what connection prints': `AWS access key id          n/a\nAWS secret access key      n/a\nRole ARN                   ${ROLE}\nChannelMix AWS Account ID  031871504755\n`,
  'label: value': `AWS access key id: n/a\nAWS secret access key: n/a\nRole ARN: ${ROLE}\nChannelMix AWS Account ID: 031871504755`,
  'a form that was copied: labels and values on lines of their own': `AWS access key id\nn/a\n\nAWS secret access key\nn/a\n\nRole ARN *\n${ROLE}\n\nChannelMix AWS Account ID\n031871504755`,
  'a mail that quotes, with a list': `Hello,\r\n> - AWS Access Key ID: n/a\r\n> - AWS Secret Access Key: n/a\r\n> - Role ARN: ${ROLE}\r\n> - ChannelMix AWS Account ID: 031871504755\r\n>\r\n> Kind regards`,
  'bold labels': `**AWS access key id:** n/a\n**AWS secret access key:** n/a\n**Role ARN**: ${ROLE}\n**ChannelMix AWS Account ID:** 031871504755`,
  'a Markdown table': `| Field | Value |\n| --- | --- |\n| AWS access key id | \`n/a\` |\n| AWS secret access key | \`n/a\` |\n| Role ARN | \`${ROLE}\` |\n| ChannelMix AWS Account ID | \`031871504755\` |`,
  'a Markdown table with a row of labels': `| AWS access key id | AWS secret access key | Role ARN | ChannelMix AWS Account ID |\n|---|---|---|---|\n| n/a | n/a | ${ROLE} | 031871504755 |`,
  'the JSON of connection': JSON.stringify({
    schemaVersion: 1,
    command: 'connection',
    fields: {
      'AWS access key id': 'n/a',
      'AWS secret access key': 'n/a',
      'Role ARN': ROLE,
      'ChannelMix AWS Account ID': '031871504755',
    },
  }),
  'JSON with other names': `{"accessKeyId": "n/a", "secretAccessKey": "n/a", "role_arn": "${ROLE}", "accountId": "031871504755"}`,
  'JSON with smart quotes': `{“accessKeyId”: “n/a”, “secretAccessKey”: “n/a”, “roleArn”: “${ROLE}”, “accountId”: “031871504755”}`,
  'nearly JSON': `{\n  "accessKeyId": "n/a",\n  "secretAccessKey": "n/a",\n  "roleArn": "${ROLE}",\n  "accountId": 031871504755,\n}`,
  'tabs of a spreadsheet': `AWS access key id\tn/a\nAWS secret access key\tn/a\nRole ARN\t${ROLE}\nChannelMix AWS Account ID\t031871504755`,
  'CSV with a line of labels': `AWS access key id,AWS secret access key,Role ARN,ChannelMix AWS Account ID\nn/a,n/a,"${ROLE}",031871504755`,
  'CSV of a European spreadsheet': `AWS access key id;AWS secret access key;Role ARN;ChannelMix AWS Account ID\nn/a;n/a;${ROLE};031871504755`,
  YAML: `accessKeyId: n/a\nsecretAccessKey: n/a\nroleArn: ${ROLE}\naccountId: 031871504755`,
  'one line': `AWS access key id: n/a, AWS secret access key: n/a, Role ARN: ${ROLE}, ChannelMix AWS Account ID: 031871504755`,
};

describe('reads the four fields from', () => {
  it.each(Object.entries(SAME))('%s', (_name, text) => {
    const fields = Object.fromEntries(readTypedFields(text, 'stdin').map(({ field, value }) => [field, value]));
    expect(fields).toEqual({
      accessKeyId: 'n/a',
      secretAccessKey: 'n/a',
      roleArn: ROLE,
      accountId: '031871504755',
    });
  });

  it.each([
    ['a sentence', `Hi, our role is ${ROLE}. Thanks!`, [['roleArn', ROLE]]],
    ['a label in a sentence', `The role ARN is ${ROLE}`, [['roleArn', ROLE]]],
    [
      'environment variables',
      `AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=${SECRET}`,
      [
        ['accessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
        ['secretAccessKey', SECRET],
      ],
    ],
    [
      'the file that the console offers',
      `Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPLE,${SECRET}\n`,
      [
        ['accessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
        ['secretAccessKey', SECRET],
      ],
    ],
    [
      'aws iam create-access-key',
      JSON.stringify({ AccessKey: { UserName: 'x', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: SECRET } }),
      [
        ['accessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
        ['secretAccessKey', SECRET],
      ],
    ],
    [
      'an ARN that a mail broke',
      'Role ARN: arn:aws:iam::111122223333:\nrole/channelmix',
      [['roleArn', 'arn:aws:iam::111122223333:\nrole/channelmix']],
    ],
    ['numbers of JSON', '{"accountId": 31871504755}', [['accountId', '31871504755']]],
    ['a label without a value', 'Role ARN:\n', [['roleArn', '']]],
    ['spaces that were typed', `Role ARN: ${ROLE} `, [['roleArn', `${ROLE} `]]],
    ['a bucket', 'S3 bucket name: s3://my-bucket/x', [['bucket', 's3://my-bucket/x']]],
  ])('%s', (_name, text, expected) => {
    expect(readTypedFields(text, 'stdin').map(({ field, value }) => [field, value])).toEqual(expected);
  });
});

describe('refuses, without quoting it,', () => {
  it.each([
    ['nothing', '  \n'],
    ['other text', `Hello, the password is hunter2 and ${SECRET}x`],
    ['other JSON', '{"a": [1, 2]}'],
    ['too much', 'x'.repeat(70_000)],
  ])('%s', (_name, text) => {
    expect(() => readTypedFields(text, 'form.txt')).toThrow(KitError);
    expect(() => readTypedFields(text, 'form.txt')).not.toThrow(/hunter2|wJalr/);
  });

  it('in time, however it is made', () => {
    for (const piece of [' ', '\t', '* ', '"', '> ', 'a,', '| ', '{', 'Role ARN ', '- ', ' }', ':', '\u200b']) {
      for (const begin of ['', '{', 'Role ARN: a', '{"a": "b']) {
        const text = `${begin}${piece.repeat(60_000 / piece.length)}x`;
        expect(() => {
          try {
            checkConnection(readTypedFields(text, 'stdin'));
          } catch (error) {
            if (!(error instanceof KitError)) throw error;
          }
        }, piece).not.toThrow();
      }
    }
  });

  it('never with another error, whatever the text', () => {
    const piece = fc.constantFrom(
      ...Object.values(SAME),
      '|',
      '\t',
      ',',
      ':',
      '**',
      '\n',
      '{',
      '"',
      ' ',
      'Role ARN',
      'arn:aws:',
      '\u200b',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
        try {
          readTypedFields(pieces.join(''), 'stdin');
        } catch (error) {
          expect(error).toBeInstanceOf(KitError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
