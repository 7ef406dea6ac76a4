import { KitError } from '../../model/errors.ts';
import { ANSWER_SHAPES, type Fault, type FaultTarget, type FaultWhen, PAGE_SHAPES } from './types.ts';

const SERVICES = ['s3', 's3control', 'sts', 'iam', 'kms', 'organizations'] as const;

const GRAMMAR = `iam-delay=5s | iam-flap=5s | grant-delay=5m | clock-skew=-6m | latency=40ms[,TARGET][,WHEN] | throttle[=TARGET][,WHEN] | error=500|502|503|504[,TARGET][,WHEN] | drop=before|after[,TARGET][,WHEN] | answer=${ANSWER_SHAPES.join('|')}[,TARGET][,WHEN] | page=${PAGE_SHAPES.join('|')}[,TARGET][,WHEN] | expire[=TARGET][,WHEN] | unknown-session[=TARGET][,WHEN] | seed=N; TARGET is ${SERVICES.join(', ')} or an operation such as s3:PutObject; WHEN is rate=10% or at=3[,times=2]`;

function refuse(text: string, why: string): never {
  throw new KitError('usage', `--fault ${JSON.stringify(text)}: ${why}`, { hint: `A fault is one of: ${GRAMMAR}` });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseDuration(fault: string, text: string | undefined): number {
  const match = /^(-?\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text ?? '');
  if (match === null)
    return refuse(fault, `${JSON.stringify(text ?? '')} is not a duration such as 40ms, 5s, 6m or 1h`);
  return Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
}

function parseTarget(fault: string, text: string | undefined): FaultTarget {
  if (text === undefined) return {};
  const [name = '', operation, ...more] = text.split(':');
  const service = SERVICES.find((known) => known === name.toLowerCase());
  if (service === undefined || more.length > 0 || (operation !== undefined && !/^[A-Za-z0-9]{1,64}$/.test(operation))) {
    return refuse(fault, `${JSON.stringify(text)} is not ${SERVICES.join(', ')} or an operation such as s3:PutObject`);
  }
  return operation === undefined ? { service } : { service, operation: operation.toLowerCase() };
}

function parseWhen(fault: string, options: ReadonlyMap<string, string>): FaultWhen {
  for (const name of options.keys()) {
    if (!['rate', 'at', 'times'].includes(name)) return refuse(fault, `there is no option ${JSON.stringify(name)}`);
  }
  const rate = options.get('rate');
  if (rate !== undefined) {
    if (options.size > 1) return refuse(fault, 'rate does not go with at or times');
    const match = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(rate);
    const percent = Number(match?.[1]);
    return match === null || percent > 100
      ? refuse(fault, 'rate is a percentage such as 10%')
      : { rate: percent / 100 };
  }
  if (options.size === 0) return { rate: 1 };
  return {
    at: parseCount(fault, 'at', options.get('at') ?? '1'),
    times: parseCount(fault, 'times', options.get('times') ?? '1'),
  };
}

function parseCount(fault: string, name: string, text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(fault, `${name} is a whole number from 1 on`);
}

function splitOption(word: string): readonly [string, string] {
  const cut = word.indexOf('=');
  return [word.slice(0, cut), word.slice(cut + 1)];
}

/** Reads a fault in the form of `--fault`: `latency=40ms`, `throttle=s3:PutObject,at=3,times=2`, `drop=after,s3`. Throws `KitError` usage with the grammar. */
export function parseFault(text: string): Fault {
  const cut = text.search(/[=,]/);
  const kind = cut < 0 ? text : text.slice(0, cut);
  const rest = cut < 0 ? [] : text.slice(cut + 1).split(',');
  const words = rest.map((word) => word.trim());
  const plain = words.filter((word) => !word.includes('='));
  const options = new Map(words.filter((word) => word.includes('=')).map((word) => splitOption(word)));
  const atMost = (count: number): void => {
    if (plain.length > count) refuse(text, `too many values: ${plain.slice(count).join(', ')}`);
  };
  const rule = (target: string | undefined): { target: FaultTarget; when: FaultWhen } => ({
    target: parseTarget(text, target),
    when: parseWhen(text, options),
  });
  const oneOf = <T extends string>(known: readonly T[], word: string | undefined): T =>
    known.find((name) => name === word) ?? refuse(text, `${kind} is ${known.join(', ')}`);
  const [first, second] = plain;
  switch (kind) {
    case 'iam-delay':
    case 'iam-flap':
    case 'grant-delay':
    case 'clock-skew': {
      atMost(1);
      const ms = parseDuration(text, first);
      if (options.size > 0 || (kind !== 'clock-skew' && ms < 0))
        return refuse(text, `${kind} takes one duration${kind === 'clock-skew' ? '' : ', not negative'}`);
      return { kind, ms };
    }
    case 'seed':
      atMost(1);
      return /^\d{1,9}$/.test(first ?? '') ? { kind, seed: Number(first) } : refuse(text, 'seed is a whole number');
    case 'latency': {
      atMost(2);
      const ms = parseDuration(text, first);
      return ms < 0 ? refuse(text, 'latency is not negative') : { kind, ms, ...rule(second) };
    }
    case 'throttle':
    case 'expire':
    case 'unknown-session':
      atMost(1);
      return { kind, ...rule(first) };
    case 'error': {
      atMost(2);
      const status = ([500, 502, 503, 504] as const).find((known) => String(known) === first);
      return status === undefined ? refuse(text, 'error is 500, 502, 503 or 504') : { kind, status, ...rule(second) };
    }
    case 'drop':
      atMost(2);
      if (first !== 'before' && first !== 'after') return refuse(text, 'drop is before or after (the effect)');
      return { kind, phase: first, ...rule(second) };
    case 'answer':
      atMost(2);
      return { kind, shape: oneOf(ANSWER_SHAPES, first), ...rule(second) };
    case 'page':
      atMost(2);
      return { kind, shape: oneOf(PAGE_SHAPES, first), ...rule(second) };
    default:
      return refuse(text, `there is no fault ${JSON.stringify(kind)}`);
  }
}
