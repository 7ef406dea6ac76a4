/** A policy document around statements, each the text of a JSON object. */
export function policy(...statements: readonly string[]): string {
  return `{"Version": "2012-10-17", "Statement": [${statements.join(', ')}]}`;
}

/** A policy with one statement: `Allow` and the given members. */
export function allow(members: string): string {
  return policy(`{"Effect": "Allow", ${members}}`);
}

/** A policy with one statement that allows one action on all objects of a bucket, with a condition. */
export function condition(text: string, action = 's3:PutObject', resource = 'arn:aws:s3:::acme-reports/*'): string {
  return allow(`"Action": "${action}", "Resource": "${resource}", "Condition": ${text}`);
}

/** A trust policy with one statement that lets ChannelMix in, and the given further members. */
export function trust(more = ''): string {
  return allow(
    `"Principal": {"AWS": "arn:aws:iam::031871504755:root"}, "Action": "sts:AssumeRole"${more === '' ? '' : `, ${more}`}`,
  );
}

/** A trust policy as ChannelMix needs it, limited to the roles of its account. */
export function limitedTrust(condition = ''): string {
  const more = condition === '' ? '' : `, ${condition}`;
  return trust(`"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::031871504755:role/*"}${more}}`);
}

/** Minimal access to a bucket, and the given further statements. */
export function access(...more: readonly string[]): string {
  return policy(
    '{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-reports"}',
    '{"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::acme-reports/*"}',
    ...more,
  );
}
