import { parseFault } from './grammar.ts';
import type { AnswerShape, Fault, FaultRule, FaultWhen, PageShape } from './types.ts';

/** The faults of a running sandbox. */
export interface FaultControl {
  /** Milliseconds before authorization sees a change of IAM; the IAM API itself answers at once. */
  iamDelayMs: number;
  /** Milliseconds after that in which every second request is still decided as before the change. */
  iamFlapMs: number;
  /** Milliseconds before a new grant of a KMS key counts, unless a request has its token. */
  grantDelayMs: number;
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
  readonly answer: AnswerShape | undefined;
  readonly page: PageShape | undefined;
  readonly unknownSession: boolean;
}

/** The side of the faults that the pipeline sees. */
export interface FaultEngine {
  readonly control: FaultControl;
  /** Counts a call of `service:operation` and says what strikes it. `temporaryKeyId` is the access key id of a session that signed it. */
  readonly strike: (service: string, operation: string, temporaryKeyId?: string) => Strike;
  /** Whether a fault has let these temporary credentials expire. */
  readonly hasExpired: (keyId: string) => boolean;
}

export const NO_STRIKE: Strike = {
  latencyMs: 0,
  throttle: false,
  status: undefined,
  drop: undefined,
  answer: undefined,
  page: undefined,
  unknownSession: false,
};

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

const SETTINGS = {
  'iam-delay': 'iamDelayMs',
  'iam-flap': 'iamFlapMs',
  'grant-delay': 'grantDelayMs',
  'clock-skew': 'clockSkewMs',
} as const;

function isSetting(fault: Fault): fault is Extract<Fault, { readonly kind: keyof typeof SETTINGS }> {
  return Object.hasOwn(SETTINGS, fault.kind);
}

interface Entry {
  readonly rule: FaultRule;
  calls: number;
}

/** Starts the faults of a sandbox. */
export function createFaults(initial: readonly (Fault | string)[]): FaultEngine {
  const rules = new Set<Entry>();
  const expired = new Set<string>();
  let random = seededRandom(1);
  let struck = 0;
  const control: FaultControl = {
    iamDelayMs: 0,
    iamFlapMs: 0,
    grantDelayMs: 0,
    clockSkewMs: 0,
    add: (given) => {
      const fault = typeof given === 'string' ? parseFault(given) : given;
      if (isSetting(fault)) {
        const setting = SETTINGS[fault.kind];
        control[setting] = fault.ms;
        return () => {
          control[setting] = 0;
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
      expired.clear();
      for (const setting of Object.values(SETTINGS)) control[setting] = 0;
    },
    struck: () => struck,
  };
  for (const fault of initial) control.add(fault);
  const strike: FaultEngine['strike'] = (service, operation, temporaryKeyId) => {
    if (rules.size === 0) return NO_STRIKE;
    const name = operation.toLowerCase();
    const result: { -readonly [K in keyof Strike]: Strike[K] } = { ...NO_STRIKE };
    for (const entry of rules) {
      const { rule } = entry;
      if (rule.target.service !== undefined && rule.target.service.toLowerCase() !== service) continue;
      if (rule.target.operation !== undefined && rule.target.operation.toLowerCase() !== name) continue;
      const ofSessions = rule.kind === 'expire' || rule.kind === 'unknown-session';
      if (ofSessions && (temporaryKeyId === undefined || expired.has(temporaryKeyId))) continue;
      entry.calls += 1;
      if (!isDue(rule.when, entry.calls, random)) continue;
      struck += 1;
      if (rule.kind === 'latency') result.latencyMs += rule.ms;
      else if (rule.kind === 'throttle') result.throttle = true;
      else if (rule.kind === 'error') result.status ??= rule.status;
      else if (rule.kind === 'drop') result.drop ??= rule.phase;
      else if (rule.kind === 'answer') result.answer ??= rule.shape;
      else if (rule.kind === 'page') result.page ??= rule.shape;
      else if (rule.kind === 'unknown-session') result.unknownSession = true;
      else if (temporaryKeyId !== undefined) expired.add(temporaryKeyId);
    }
    return result;
  };
  return { control, strike, hasExpired: (keyId) => expired.has(keyId) };
}

function isDue(when: FaultWhen, call: number, random: () => number): boolean {
  if ('rate' in when) return when.rate >= 1 || random() < when.rate;
  return call >= when.at && call < when.at + when.times;
}
