/** A word as a POSIX shell takes it: in single quotes where it has anything but letters, digits and a few signs. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command of the AWS CLI. https://docs.aws.amazon.com/cli/latest/reference/s3api/ */
export function awsCommand(...words: readonly string[]): string {
  return ['aws', ...words.map(shellWord)].join(' ');
}
