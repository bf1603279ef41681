/** The options of an effect, and what they may be. */

/** When a failed effect is tried again. */
export interface EffectRetry {
  /** Number of attempts in total, at least 1; an attempt that a crash ended does not count. */
  attempts: number;
  /** Milliseconds before the second attempt. @default 1000 */
  delayMs?: number;
  /** Each delay is this many times the one before. @default 2 */
  factor?: number;
  /** The longest delay, in milliseconds. @default 60000 */
  delayMsMax?: number;
  /** Returns false for an error that another attempt cannot fix. @default the `retriable` of a TroupeError, else true */
  isRetriable?: (error: unknown) => boolean;
}

/** Options of an effect. */
export interface EffectOptions {
  /** @default one attempt */
  retry?: EffectRetry;
  /** Milliseconds that one attempt may take; it then fails with TIMED_OUT. @default no limit */
  timeoutMs?: number;
  /** Milliseconds that may pass without a call of `heartbeat`; the attempt then fails with STALLED. @default no limit */
  heartbeatMs?: number;
  /** How many effects of this logic run at once in a system, at least 1; more wait for their turn. @default no limit */
  concurrency?: number;
}

interface Rule {
  says: string;
  allows: (value: unknown) => boolean;
}

const count: Rule = {
  says: 'a whole number from 1',
  allows: value => Number.isSafeInteger(value) && (value as number) >= 1,
};
const limit: Rule = { says: 'a number above 0', allows: value => typeof value === 'number' && value > 0 };
const delay: Rule = { says: 'a number from 0', allows: value => typeof value === 'number' && value >= 0 };
const call: Rule = { says: 'a function', allows: value => typeof value === 'function' };

const retryRules: Record<keyof EffectRetry, Rule> = {
  attempts: count,
  delayMs: delay,
  factor: limit,
  delayMsMax: delay,
  isRetriable: call,
};

const rules: Record<keyof EffectOptions, Rule> = {
  retry: {
    says: 'an object with attempts',
    allows: value => typeof value === 'object' && value !== null && 'attempts' in value,
  },
  timeoutMs: limit,
  heartbeatMs: limit,
  concurrency: {
    says: `${count.says}, or Infinity`,
    allows: value => value === Number.POSITIVE_INFINITY || count.allows(value),
  },
};

/** @throws {TypeError} for an option that there is none of, and for a value that it cannot have */
export function assertEffectOptions(options: EffectOptions): void {
  assertFields(options, rules, '');
  assertFields(options.retry ?? {}, retryRules, 'retry.');
}

function assertFields(given: object, allowed: Readonly<Record<string, Rule>>, place: string): void {
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (rule === undefined)
      throw new TypeError(`An effect has no option "${place}${name}"; there are ${Object.keys(allowed).join(', ')}.`);
    if (value === undefined || rule.allows(value)) continue;
    throw new TypeError(`The option "${place}${name}" of an effect must be ${rule.says}; it is ${String(value)}.`);
  }
}
