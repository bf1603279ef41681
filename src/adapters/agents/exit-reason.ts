import type { ErrorCode } from '../../model/errors.ts';

/** How programs say why they failed, in the words they use; the first that fits is it. Data, to be added to. */
const reasons: readonly { code: ErrorCode; pattern: RegExp }[] = [
  { code: 'RATE_LIMITED', pattern: /rate.?limit|too many requests|\b429\b|overloaded|usage limit|quota exceeded/i },
  {
    code: 'AGENT_UNAVAILABLE',
    pattern:
      /not (logged|signed) in|please (log|sign) in|log ?in required|(invalid|missing|incorrect) (x-)?api.?key|\b401\b|unauthori[sz]ed|authentication (failed|required|error)/i,
  },
];

/** The end of the output in which a reason is looked for: the output before it is about the work. */
const closingCharacters = 4_000;

export interface ExitReason {
  code: ErrorCode;
  /** When a rate limit is over, as far as the program says: a distance in seconds, or a time (ISO 8601 or epoch seconds). */
  details: { retryAfterSeconds?: number; resetAt?: string | number };
}

/** Why a program that exited with an error did so, as far as its last words tell. */
export function exitReasonOf(output: string): ExitReason {
  const closing = output.slice(-closingCharacters);
  const code = reasons.find(({ pattern }) => pattern.test(closing))?.code ?? 'AGENT_FAILED';
  return { code, details: code === 'RATE_LIMITED' ? limitEnd(closing) : {} };
}

const secondsIn: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** When a rate limit is over, as far as the words tell. */
export function limitEnd(words: string): ExitReason['details'] {
  const distance = /(?:retry|try again)[\s-]*(?:after|in)\D{0,5}(\d{1,6})\s*(h(?:our|$|\s)|m(?:in|$|\s))?/i.exec(words);
  if (distance !== null) {
    const unit = distance[2]?.charAt(0).toLowerCase() ?? 's';
    return { retryAfterSeconds: Number(distance[1]) * (secondsIn[unit] ?? 1) };
  }
  const date = /reset\w*\D{0,12}(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))/i.exec(words)?.[1];
  if (date !== undefined) return { resetAt: date };
  const epoch = /(?:reset\w*\D{0,12}|reached\|)(\d{10})(?!\d)/i.exec(words)?.[1];
  return epoch === undefined ? {} : { resetAt: Number(epoch) };
}
