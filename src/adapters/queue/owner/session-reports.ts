import type { AgentWork } from '../../../ports/dispatcher.ts';
import type { FromWorker, Report } from '../messages.ts';
import { createReportCount } from './report-count.ts';

/** What a worker reports of an agent: log lines, usage, its session. */
export interface SessionReports {
  receive(message: Extract<FromWorker, { type: 'report' }>): void;
  /** Another worker begins the work again. */
  restart(): void;
  /** Resolves when so many reports of this attempt have arrived, or after a while. */
  wait(count: number): Promise<void>;
}

/** @param repeatsUsage the agent reports the same usage again when it begins again */
export function createSessionReports(task: AgentWork['task'], repeatsUsage: boolean): SessionReports {
  const count = createReportCount();
  let usages = 0;
  let usagesCounted = 0;
  let hasSession = false;
  const take = (report: Report) => {
    if (report.type === 'log') task.log(report.line);
    else if (report.type === 'output') task.logOutput(report.line);
    else if (report.type === 'session') {
      hasSession = true;
      task.session?.keep(report.id, report.given);
    } else if (report.type === 'usage') {
      usages += 1;
      if (!repeatsUsage || usages > usagesCounted) task.reportUsage(report.usage);
      usagesCounted = Math.max(usagesCounted, usages);
    }
  };
  return {
    receive({ n, report }) {
      if (count.accept(n)) take(report);
    },
    restart() {
      // The session of the attempt before is on another machine.
      if (hasSession) void task.session?.restart().catch(() => undefined);
      hasSession = false;
      usages = 0;
      count.restart();
    },
    wait: count.wait,
  };
}
