import type { FaultCode } from '../../model/fault.ts';

/** How programs say why they failed, in the words they use; the first that fits is it. Data, to be added to. */
const reasons: readonly { code: FaultCode; pattern: RegExp }[] = [
  { code: 'RATE_LIMITED', pattern: /rate.?limit|too many requests|\b429\b|overloaded|usage limit|quota exceeded/i },
  {
    code: 'AGENT_UNAVAILABLE',
    pattern:
      /not (logged|signed) in|please (log|sign) in|log ?in required|(invalid|missing|incorrect) api.?key|\b401\b|unauthori[sz]ed|authentication (failed|required|error)/i,
  },
];

/** The end of the output in which a reason is looked for: what stands earlier is the work, not its end. */
const closingCharacters = 4_000;

export interface Reason {
  code: FaultCode;
  /** When the program says how long to wait. */
  retryAfterSeconds: number | null;
}

/** Why a program that exited with an error did so, as far as its last words tell. */
export function reasonOf(output: string): Reason {
  const closing = output.slice(-closingCharacters);
  const code = reasons.find(({ pattern }) => pattern.test(closing))?.code ?? 'AGENT_FAILED';
  const wait = /(?:retry|try again)[\s-]*(?:after|in)\D{0,5}(\d{1,6})\s*(m(?:in|$|\s))?/i.exec(closing);
  const seconds = wait === null ? null : Number(wait[1]) * (wait[2] === undefined ? 1 : 60);
  return { code, retryAfterSeconds: code === 'RATE_LIMITED' ? seconds : null };
}
