import { shellWord } from '../model/shell.ts';

/** A command of the AWS CLI. https://docs.aws.amazon.com/cli/latest/reference/s3api/ */
export function awsCommand(...words: readonly string[]): string {
  return ['aws', ...words.map(shellWord)].join(' ');
}
