// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the templates of others
import { describe, expect, it } from 'vitest';
import { memberValue, pointerOf, toValue } from '../../src/documents/json-node.ts';
import { readPolicies } from '../../src/documents/read-policies.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
const policy = { Version: '2012-10-17', Statement: [statement] };

/** What was read: the values, and `code@line:column` of the remarks. */
function read(text: string, path = 'policy.json') {
  const sources = readPolicies(text, { path });
  return {
    values: sources.map((source) => (source.root === undefined ? undefined : toValue(source.root))),
    kinds: sources.map((source) => source.kind),
    remarks: sources.flatMap((source) =>
      source.remarks.map((remark) => {
        const { line, column } = source.locate(remark.start);
        return `${remark.code}@${line}:${column}`;
      }),
    ),
  };
}

describe('reads what people paste, and says what is wrong with it', () => {
  const json = JSON.stringify(policy);
  it.each([
    ['plain JSON', json, []],
    [
      'comments',
      `// a policy\n{"Version":"2012-10-17", /* one */\n"Statement":[${JSON.stringify(statement)}]}\n// end`,
      ['comment@1:1', 'comment@2:26', 'comment@4:1'],
    ],
    [
      'trailing commas',
      `{"Version":"2012-10-17","Statement":[${JSON.stringify(statement)},],}`,
      ['trailing-comma@1:110', 'trailing-comma@1:112'],
    ],
    ['smart quotes', json.replaceAll('"', '\u201D'), ['smart-quotes@1:2']],
    ['single quotes', json.replaceAll('"', "'"), ['smart-quotes@1:2']],
    ['one smart quote', json.replace('"Version"', '"Version\u201D'), ['smart-quotes@1:10']],
    ['spaces of a web page', json.replace(',', ',\u00A0'), ['syntax-error@1:25']],
    ['a byte order mark', `\uFEFF${json}`, ['byte-order-mark@1:1']],
    ['a missing comma', json.replace('"2012-10-17",', '"2012-10-17"\n'), ['syntax-error@2:1']],
    ['a missing brace', json.slice(0, -1), [`syntax-error@1:${json.length}`]],
    ['duplicate keys', json.replace('{', '{"Version":"2012-10-17",'), ['duplicate-key@1:25']],
    ['Markdown', `# Policy\n\nUse {this}:\n\n\`\`\`json\n${json}\n\`\`\`\n`, ['surrounding-text@6:1']],
    ['quoted mail', `From: a@b.example\n\n> Hello\n> ${json}\n> bye\n`, ['surrounding-text@4:3']],
    ['text around it', `Please use ${json} for this.`, ['surrounding-text@1:12']],
    ['an answer of the AWS CLI', JSON.stringify({ Policy: json }), ['surrounding-text@1:12']],
    [
      'YAML',
      'Version: 2012-10-17\nStatement:\n- Effect: Allow\n  Action: s3:GetObject\n  Resource: arn:aws:s3:::b/*\n',
      [],
    ],
    [
      'jsonencode',
      `resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Version = "2012-10-17" # now\n    Statement = [{ Effect = "Allow", Action = "s3:GetObject", "Resource": "arn:aws:s3:::b/*" }]\n  })\n}\n`,
      [],
    ],
    ['a heredoc', `resource "aws_iam_policy" "p" {\n  policy = <<-EOT\n  ${json}\n  EOT\n}\n`, []],
    [
      'a template',
      JSON.stringify({ Resources: { P: { Properties: { PolicyDocument: policy } } } }),
      ['surrounding-text@1:51'],
    ],
  ])('%s', (_name, text, remarks) => {
    const result = read(text, 'policy');
    expect(result.values).toEqual([policy]);
    expect(result.remarks).toEqual(remarks);
  });

  it('finds several documents, and where each stands', () => {
    const { values, remarks } = read(`${json}\n${json}`);
    expect(values).toEqual([policy, policy]);
    expect(remarks).toEqual(['surrounding-text@1:1', 'surrounding-text@2:1']);
    const text = `\`\`\`json\n${json}\n\`\`\`\nand\n\`\`\`yaml\nStatement: []\n\`\`\``;
    expect(read(text, 'mail.md').values).toEqual([policy, { Statement: [] }]);
  });
});

describe('says what it does not understand', () => {
  it.each([
    ['!Sub in YAML', 'Statement:\n- Effect: Allow\n  Action: s3:*\n  Resource: !Sub arn:aws:s3:::${B}\n', '4:18'],
    ['Ref in YAML', 'Statement:\n- Effect: Allow\n  Resource: {Ref: B}\n', '3:13'],
    ['Fn::GetAtt in JSON', '{"Statement":[{"Effect":"Allow","Resource":{"Fn::GetAtt":["B","Arn"]}}]}', '1:44'],
    [
      'a reference of Terraform',
      'p = jsonencode({ Statement = [{ Effect = "Allow"\n Resource = aws_s3_bucket.b.arn }] })',
      '2:13',
    ],
    [
      'a template of Terraform',
      'p = jsonencode({ Statement = [{ Effect = "Allow"\n Resource = "${var.b}/*" }] })',
      '2:13',
    ],
    [
      'a template in a heredoc',
      'policy = <<EOT\n{"Statement":[{"Effect":"Allow","Resource":"${var.b}"}]}\nEOT\n',
      '2:44',
    ],
    ['aws_iam_policy_document', 'data "aws_iam_policy_document" "d" {\n}\n', '1:1'],
  ])('%s', (_name, text, place) => {
    expect(read(text, 'main').remarks).toContain(`not-understood@${place}`);
    expect(readPolicies(text, { path: 'main' })[0]?.hasUnknown).toBe(true);
  });

  it('reads $${ of Terraform as the policy variable that it is', () => {
    const { values } = read(
      'p = jsonencode({ Statement = [{ Effect = "Allow", Resource = "a/$${aws:username}" }] })',
      'a.tf',
    );
    expect(values).toEqual([{ Statement: [{ Effect: 'Allow', Resource: 'a/${aws:username}' }] }]);
  });
});

describe('keeps to its limits', () => {
  it.each([
    ['JSON', 'a.json', '{"a":'.repeat(70)],
    ['brackets that do not match', 'a.json', `{"x":[${'{"Statement":[},'.repeat(50_000)}`],
    ['lists', 'a.json', '['.repeat(100_000)],
    ['YAML', 'a.yaml', Array.from({ length: 70 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['YAML lists on one line', 'a.yaml', '- '.repeat(10_000)],
    ['YAML in flow style', 'a.yaml', `a: ${'[ '.repeat(10_000)}`],
    ['Terraform', 'a.tf', `p = jsonencode(${'['.repeat(100_000)})`],
  ])('refuses %s that nests deeper than 64 levels', (_name, path, text) => {
    const remarks = readPolicies(text, { path }).flatMap((source) => source.remarks.map((remark) => remark.code));
    expect(remarks).toContain('input-limit');
  });

  it('accepts 64 levels', () => {
    const text = `${'{"Statement":'.repeat(63)}{}${'}'.repeat(63)}`;
    expect(read(text).remarks).toEqual([]);
  });

  it('refuses more than 1 MiB', () => {
    expect(read(`{"Statement":"${'x'.repeat(1_048_576)}"}`).remarks).toEqual(['input-limit@1:1']);
    expect(read(`{"Statement":"${'\u00E9'.repeat(524_288)}"}`).remarks).toEqual(['input-limit@1:1']);
  });
});

it('takes __proto__ and its friends for data', () => {
  const text = '{"__proto__":{"polluted":1},"constructor":2,"Statement":[{"toString":3}]}';
  for (const [path, body] of [
    ['a.json', text],
    ['a.yaml', '__proto__: {polluted: 1}\nconstructor: 2\nStatement: [{toString: 3}]\n'],
    ['a.tf', 'p = jsonencode({ __proto__ = { polluted = 1 }, constructor = 2, Statement = [{ toString = 3 }] })'],
  ] as const) {
    const [source] = readPolicies(body, { path });
    expect(source?.root?.type === 'object' ? source.root.members.map((member) => member.key.value) : []).toEqual([
      '__proto__',
      'constructor',
      'Statement',
    ]);
    expect(toValue(memberValue(source?.root, '__proto__') ?? (source?.root as never))).toEqual({ polluted: 1 });
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it('tells line, column and pointer of everything', () => {
  const text = '{\r\n  "Statement": [\r\n    {"a/b~c": ["x"]}\r\n  ]\r\n}';
  const [source] = readPolicies(text, { path: 'a.json' });
  const list = memberValue(source?.root, 'Statement');
  const inner = list?.type === 'array' ? memberValue(list.items[0], 'a/b~c') : undefined;
  const item = inner?.type === 'array' ? inner.items[0] : undefined;
  expect(item && pointerOf(item)).toBe('/Statement/0/a~1b~0c/0');
  expect(item && source?.locate(item.start)).toEqual({ line: 3, column: 16 });
});

it.each([
  ['identity', { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }],
  ['identity', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } }],
  ['trust', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '1' } } }],
  ['trust', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } }],
  ['bucket', { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] }],
  ['trust', { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow' }] } }],
])('guesses %s from the elements', (kind, value) => {
  expect(read(JSON.stringify(value)).kinds).toEqual([kind]);
  expect(readPolicies(JSON.stringify(value), { path: 'a', kind: 'bucket' })[0]?.kind).toBe('bucket');
});

it.each(['', ' ', '42', 'null', 'hello', '[]', '\0', '---', '{'])('has something to say about %j', (text) => {
  const remarks = readPolicies(text, { path: 'a.txt' }).flatMap((source) => source.remarks);
  expect(remarks.length).toBeGreaterThan(0);
});
