import type { Redactor } from '../../model/redactor.ts';
import type { Logs } from '../../ports/logs.ts';

/** Logs without secrets. The lines of one plan are one text: a private key is redacted with all its lines. */
export function withRedaction(logs: Logs, redactor: Redactor): Logs {
  const ofPlan = new Map<string, (line: string) => string>();
  return {
    ...logs,
    append(planId, step, text) {
      const clean = ofPlan.get(planId) ?? redactor.lines();
      ofPlan.set(planId, clean);
      logs.append(planId, step, text.split('\n').map(clean).join('\n'));
    },
    async remove(planId) {
      ofPlan.delete(planId);
      await logs.remove(planId);
    },
  };
}
