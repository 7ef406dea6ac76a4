import { KitError } from '../model/errors.ts';

/** Which calls a fault is for: every call, those of a service, or one operation (`s3:PutObject`). Names without regard to case. */
export interface FaultTarget {
  readonly service?: string;
  readonly operation?: string;
}

/** When a fault strikes among the calls that it is for: at a rate from 0 to 1, or from the `at`-th call on, `times` times. */
export type FaultWhen = { readonly rate: number } | { readonly at: number; readonly times: number };

/** A fault of single calls. `drop` closes the connection before the effect, or after it and before the answer. */
export type FaultRule = { readonly target: FaultTarget; readonly when: FaultWhen } & (
  | { readonly kind: 'throttle' }
  | { readonly kind: 'error'; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: 'drop'; readonly phase: 'before' | 'after' }
  | { readonly kind: 'latency'; readonly ms: number }
);

/** A fault of the sandbox as a whole. */
export type FaultSetting =
  | { readonly kind: 'iam-delay'; readonly ms: number }
  | { readonly kind: 'clock-skew'; readonly ms: number }
  | { readonly kind: 'seed'; readonly seed: number };

export type Fault = FaultRule | FaultSetting;

/** The faults of a running sandbox. */
export interface FaultControl {
  /** Milliseconds before authorization sees a change of IAM; the IAM API itself answers at once. */
  iamDelayMs: number;
  /** Milliseconds that the server's clock is ahead of the real one when it checks signatures. */
  clockSkewMs: number;
  /** Adds a fault, as data or in the form of `--fault`; gives a function that removes it. Throws `KitError` for a text that is not one. */
  readonly add: (fault: Fault | string) => () => void;
  /** Removes every fault and setting. */
  readonly clear: () => void;
  /** How often rules have struck since the start. */
  readonly struck: () => number;
}

/** What strikes one call; `undefined` members do not. */
export interface Strike {
  readonly latencyMs: number;
  readonly throttle: boolean;
  readonly status: 500 | 502 | 503 | 504 | undefined;
  readonly drop: 'before' | 'after' | undefined;
}

/** The side of the faults that the pipeline sees. */
export interface FaultEngine {
  readonly control: FaultControl;
  /** Counts a call of `service:operation` and says what strikes it. */
  readonly strike: (service: string, operation: string) => Strike;
}

export const NO_STRIKE: Strike = { latencyMs: 0, throttle: false, status: undefined, drop: undefined };

const GRAMMAR =
  'iam-delay=5s | clock-skew=-6m | latency=40ms[,TARGET][,WHEN] | throttle[=TARGET][,WHEN] | error=500|502|503|504[,TARGET][,WHEN] | drop=before|after[,TARGET][,WHEN] | seed=N; TARGET is s3, sts, iam or s3:PutObject; WHEN is rate=10% or at=3[,times=2]';

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
  const match = /^(s3|sts|iam)(?::([A-Za-z0-9]{1,64}))?$/i.exec(text);
  if (match === null)
    return refuse(fault, `${JSON.stringify(text)} is not s3, sts, iam or an operation such as s3:PutObject`);
  const service = (match[1] ?? '').toLowerCase();
  return match[2] === undefined ? { service } : { service, operation: match[2].toLowerCase() };
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

/** Reads a fault in the form of `--fault`: `latency=40ms`, `throttle=s3:PutObject,at=3,times=2`, `drop=after,s3`. Throws `KitError` usage with the grammar. */
export function parseFault(text: string): Fault {
  const cut = text.indexOf('=');
  const kind = cut < 0 ? text : text.slice(0, cut);
  const words =
    cut < 0
      ? []
      : text
          .slice(cut + 1)
          .split(',')
          .map((word) => word.trim());
  const plain = words.filter((word) => !word.includes('='));
  const options = new Map(words.filter((word) => word.includes('=')).map((word) => splitOption(word)));
  const atMost = (count: number): void => {
    if (plain.length > count) refuse(text, `too many values: ${plain.slice(count).join(', ')}`);
  };
  const rule = (target: string | undefined): { target: FaultTarget; when: FaultWhen } => ({
    target: parseTarget(text, target),
    when: parseWhen(text, options),
  });
  const [first, second] = plain;
  switch (kind) {
    case 'iam-delay':
    case 'clock-skew': {
      atMost(1);
      const ms = parseDuration(text, first);
      if (options.size > 0 || (kind === 'iam-delay' && ms < 0))
        return refuse(text, `${kind} takes one duration${kind === 'iam-delay' ? ', not negative' : ''}`);
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
    default:
      return refuse(text, `there is no fault ${JSON.stringify(kind)}`);
  }
}

function splitOption(word: string): readonly [string, string] {
  const cut = word.indexOf('=');
  return [word.slice(0, cut), word.slice(cut + 1)];
}

/** A small generator of numbers in [0, 1) that a seed determines (mulberry32): faults at a rate come the same way each run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Starts the faults of a sandbox. */
export function createFaults(initial: readonly (Fault | string)[]): FaultEngine {
  const rules = new Set<{ readonly rule: FaultRule; calls: number }>();
  let random = seededRandom(1);
  let struck = 0;
  const control: FaultControl = {
    iamDelayMs: 0,
    clockSkewMs: 0,
    add: (given) => {
      const fault = typeof given === 'string' ? parseFault(given) : given;
      if (fault.kind === 'iam-delay') {
        control.iamDelayMs = fault.ms;
        return () => {
          control.iamDelayMs = 0;
        };
      }
      if (fault.kind === 'clock-skew') {
        control.clockSkewMs = fault.ms;
        return () => {
          control.clockSkewMs = 0;
        };
      }
      if (fault.kind === 'seed') {
        random = seededRandom(fault.seed);
        return () => {
          random = seededRandom(1);
        };
      }
      const entry = { rule: fault, calls: 0 };
      rules.add(entry);
      return () => void rules.delete(entry);
    },
    clear: () => {
      rules.clear();
      control.iamDelayMs = 0;
      control.clockSkewMs = 0;
    },
    struck: () => struck,
  };
  for (const fault of initial) control.add(fault);
  const strike = (service: string, operation: string): Strike => {
    if (rules.size === 0) return NO_STRIKE;
    const name = operation.toLowerCase();
    const result: { -readonly [K in keyof Strike]: Strike[K] } = { ...NO_STRIKE };
    for (const entry of rules) {
      const { rule } = entry;
      if (rule.target.service !== undefined && rule.target.service.toLowerCase() !== service) continue;
      if (rule.target.operation !== undefined && rule.target.operation.toLowerCase() !== name) continue;
      entry.calls += 1;
      if (!isDue(rule.when, entry.calls, random)) continue;
      struck += 1;
      if (rule.kind === 'latency') result.latencyMs += rule.ms;
      else if (rule.kind === 'throttle') result.throttle = true;
      else if (rule.kind === 'error') result.status ??= rule.status;
      else result.drop ??= rule.phase;
    }
    return result;
  };
  return { control, strike };
}

function isDue(when: FaultWhen, call: number, random: () => number): boolean {
  if ('rate' in when) return when.rate >= 1 || random() < when.rate;
  return call >= when.at && call < when.at + when.times;
}
