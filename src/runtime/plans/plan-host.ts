import type { PlanCommand } from '../../model/command.ts';
import type { TroupeError } from '../../model/errors.ts';
import type { ExportOptions } from '../../model/export.ts';
import type { Logs } from '../../ports/logs.ts';
import type { Project } from '../../ports/project.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { EventHistoryCache } from '../events/event-history.ts';
import type { PlanLedger } from '../records/ledger.ts';
import type { PlanFiles } from './plan-files.ts';
import type { PlanVersion } from './plan-version.ts';

/** What a handle needs from the runtime. */
export interface PlanHost {
  ledger: PlanLedger;
  project: Project;
  logs: Logs;
  files: PlanFiles;
  eventBus: EventBus;
  eventHistories: EventHistoryCache;
  mintId(): string;
  /** Sends a command to a plan; resolves once it is on disk. @throws {TroupeError} why the plan's state does not allow it */
  send(planId: string, command: PlanCommand, seen?: PlanVersion): Promise<void>;
  /** Yields the plan as lines of text. */
  exportLines(planId: string, options: ExportOptions): AsyncIterable<string>;
  /** Returns the error that stopped the runtime, if one did. */
  fatalError(): TroupeError | null;
}
