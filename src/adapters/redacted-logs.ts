import { lineRedactor } from '../model/redact-lines.ts';
import type { Logs } from '../ports/logs.ts';

/** Logs into which no secret is written: neither a known value, by its name, nor what has the shape of one. */
export function redactedLogs(logs: Logs, known: Readonly<Record<string, string>>): Logs {
  const redactors = new Map<string, (line: string) => string>();
  return {
    ...logs,
    append(planId, step, text) {
      const redactor = redactors.get(planId) ?? lineRedactor(known);
      redactors.set(planId, redactor);
      logs.append(planId, step, text.split('\n').map(redactor).join('\n'));
    },
    async remove(planId) {
      redactors.delete(planId);
      await logs.remove(planId);
    },
  };
}
