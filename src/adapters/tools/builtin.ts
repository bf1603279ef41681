import type { Clock } from '../../ports/clock.ts';
import type { Tool } from '../../ports/tool.ts';
import { systemClock } from '../clocks/system-clock.ts';
import { runProcess } from '../process/run.ts';
import { askPersonTool } from './ask-person.ts';
import { createCheckpointTool } from './checkpoint.ts';
import { decideTool } from './decide.ts';
import { deleteFileTool } from './delete.ts';
import { editFileTool } from './edit.ts';
import { findingTool } from './finding.ts';
import { listFilesTool } from './list.ts';
import { readFileTool } from './read.ts';
import { runTool } from './run.ts';
import { searchFilesTool } from './search.ts';
import { planSubplanTool } from './subplan.ts';
import { writeFileTool } from './write.ts';

/** Returns the tools of every agent. `env` is the host's environment as programs started by `run` see it. */
export function builtinTools(options: {
  env: Record<string, string>;
  clock?: Clock;
  /** @default runProcess */
  run?: typeof runProcess;
}): Tool[] {
  return [
    readFileTool,
    writeFileTool,
    editFileTool,
    deleteFileTool,
    listFilesTool,
    searchFilesTool,
    runTool({ env: options.env, clock: options.clock ?? systemClock(), run: options.run ?? runProcess }),
    decideTool,
    planSubplanTool,
    findingTool,
    createCheckpointTool,
    askPersonTool,
  ];
}
