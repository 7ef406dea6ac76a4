import { printableLines } from '../model/printable.ts';
import { renderConnection } from '../report/connection.ts';
import { renderVerifyReport, verifySummary } from '../report/verify-text.ts';
import { type RotateReport, type RotateStep, type RotationKey, rotateCommand, timeWords } from '../rotate/index.ts';
import type { Style } from './context.ts';

const DONE: Readonly<Record<RotateStep, string>> = {
  create: 'the new key is made and verified',
  deactivate: 'the old key is inactive',
  delete: 'the old key is deleted, and the rotation has come to its end',
  undo: 'the old key is active again',
  discard: 'the new key is deleted',
};

const PLANNED: Readonly<Record<RotateStep, string>> = {
  create: 'a second key would be made and verified (iam:CreateAccessKey)',
  deactivate: 'the old key would be deactivated (iam:UpdateAccessKey)',
  delete: 'the old key would be deleted (iam:DeleteAccessKey)',
  undo: 'the old key would be active again (iam:UpdateAccessKey)',
  discard: 'the new key would be deleted (iam:DeleteAccessKey)',
};

/**
 * The report of a rotation as text.
 *
 * @param formShown the form was printed already, with the secret
 * @param connection flags that the next commands repeat, such as `--profile`
 */
export function renderRotateReport(
  report: RotateReport,
  style: Style,
  unicode: boolean,
  formShown: boolean,
  connection: readonly string[],
): string {
  const { user, userArn, caller, endpoint, keys, form, warnings, objections, left } = report;
  const at = endpoint === undefined ? '' : `, at ${endpoint} instead of AWS`;
  const lines = [
    `user ${userArn ?? user}, as ${caller.arn}${at}`,
    '',
    ...keys.map((key) => keyLine(key, report)),
    ...verifyLines(report, style, unicode),
    ...(form === undefined || formShown ? [] : ['', renderConnection(form, 'text').trimEnd()]),
    ...warnings.map((warning) => `\n${style('yellow', 'warning:')} ${warning}`),
    ...objections.map(({ message }) => `\n${style('yellow', 'not yet:')} ${message}`),
    ...left.flatMap(({ what, command }) => [
      '',
      style('bold', 'Left behind; it is removed with:'),
      `  # ${what}`,
      `  ${command}`,
    ]),
    '',
    ...endLines(report, style, connection),
  ];
  return printableLines(`${lines.join('\n')}\n`);
}

function keyLine(key: RotationKey, { date, oldKeyId, newKeyId }: RotateReport): string {
  const ago = (time: string) => `${timeWords(Date.parse(date) - Date.parse(time))} ago`;
  const part = key.id === oldKeyId ? 'old' : key.id === newKeyId ? 'new' : '';
  const use =
    key.lastUsedUnknown !== undefined
      ? 'last use not known'
      : key.lastUsed === undefined
        ? 'never used'
        : `last used ${ago(key.lastUsed)} (${key.lastUsedService}, ${key.lastUsedRegion})`;
  return `  ${part.padEnd(3)}  ${key.id}  ${key.status.padEnd(8)}  made ${ago(key.created)}, ${use}`;
}

/** A line for each bucket where all was well, else the report of the verify. */
function verifyLines({ verified = [] }: RotateReport, style: Style, unicode: boolean): readonly string[] {
  return verified.flatMap((one) =>
    one.ok && one.cleanup.left.length === 0
      ? ['', `s3://${one.bucket}: ${verifySummary(one, style)}`]
      : ['', renderVerifyReport(one, style, unicode).trimEnd()],
  );
}

function endLines(report: RotateReport, style: Style, connection: readonly string[]): readonly string[] {
  const { step, plan, done, interrupted, objections, verified } = report;
  if (step === undefined) return [style('red', 'no step follows from these keys')];
  if (done) return [style('green', `${step}: ${DONE[step]}`), ...nextLines(report, connection)];
  if (plan && objections.length === 0) return [`plan: ${step}: ${PLANNED[step]}; nothing was done`];
  const why = interrupted ? 'interrupted' : verified === undefined ? 'not done' : 'the new key did not pass the verify';
  const gone = verified !== undefined && report.left.length === 0;
  return [
    style('red', `${step}: ${why}`),
    ...(gone ? ['The new key was removed again; the old one is as it was.'] : []),
  ];
}

/** What comes next, and who has to do something before it. */
function nextLines(report: RotateReport, connection: readonly string[]): readonly string[] {
  const { user: userName, next, step, newKeyId, oldKeyId = '' } = report;
  const command = (...flags: readonly string[]) => rotateCommand({ userName, connection }, ...flags);
  if (step === 'undo') return [`Next: find out who still uses ${oldKeyId}; then ${command()}`];
  if (next === 'deactivate' && step === 'create') {
    return [
      `Next: type ${newKeyId} and its secret into ChannelMix's form, and delete every copy of the secret.`,
      `Once ChannelMix works with it: ${command()}`,
    ];
  }
  if (next === 'delete') {
    return [`If something breaks: ${command('--undo')}`, `Next, when nobody misses it: ${command('--delete')}`];
  }
  return [];
}
