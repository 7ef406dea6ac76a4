import type { Caller } from '../aws/index.ts';
import type { VerifyReport } from '../model/check.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import type { VerifyTarget } from './target.ts';

type Head = 'schemaVersion' | 'command' | 'mode' | 'date' | 'roleArn' | 'bucket' | 'caller' | 'endpoint';

/**
 * What every report begins with, however access was verified.
 *
 * @param about `date` in ISO 8601; `host` is what was called, or `AWS`
 */
export function reportHead(
  { roleArn, bucket }: VerifyTarget,
  about: Pick<VerifyReport, 'mode' | 'date'> & { readonly caller: Caller; readonly host: string },
): Pick<VerifyReport, Head> {
  const { mode, date, caller, host } = about;
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'verify',
    mode,
    date,
    ...(roleArn === undefined ? {} : { roleArn }),
    bucket,
    caller,
    ...(host === 'AWS' ? {} : { endpoint: host }),
  };
}
