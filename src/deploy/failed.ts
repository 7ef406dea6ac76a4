import { normaliseError } from '../aws/index.ts';
import { type ErrorCode, KitError } from '../model/errors.ts';
import type { FailureKind } from '../model/failure.ts';

const CODE_OF: Readonly<Partial<Record<FailureKind, ErrorCode>>> = {
  credentials: 'credentials',
  expired: 'credentials',
  'clock-skew': 'credentials',
  network: 'network',
  timeout: 'network',
};

/** An error with what was being done before it. What the kit itself threw keeps its code and hint; of AWS's the kind decides. */
export function failed(doing: string, error: unknown): KitError {
  if (error instanceof KitError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return new KitError(error.code, `${doing}: ${error.message}`, { cause: error, problems: error.problems, ...hint });
  }
  const { kind, code, message } = normaliseError(error);
  return new KitError(CODE_OF[kind] ?? 'service', `${doing}: ${code}: ${message}`, { cause: error });
}
