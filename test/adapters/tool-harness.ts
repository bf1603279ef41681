import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { directoryFiles } from '../../src/adapters/files/directory-files.ts';
import { builtinTools } from '../../src/adapters/tools/builtin.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ToolCall } from '../../src/model/tool.ts';
import type { AgentTask, ToolCaller } from '../../src/ports/agent.ts';
import { createPermit } from '../../src/runtime/tools/create-permit.ts';
import { createToolRunner } from '../../src/runtime/tools/tool-runner.ts';
import type { ToolRunnerOptions } from '../../src/runtime/tools/tool-runner-options.ts';
import { firstTask } from '../../src/testing/first-task.ts';
import { planSpec, testId } from '../fixtures.ts';

/** Tools on a real folder, and the records of their calls. */
export interface ToolHarness extends AsyncDisposable {
  directory: string;
  plan: PlanSpec;
  calls: ToolCall[];
  decisions: DecisionDraft[];
  lines: string[];
  /** `<trigger> <label> <tool>` of each checkpoint. */
  checkpoints: string[];
  call: ToolCaller;
  /** Another runner on the same folder with the same records. */
  runner(changes?: Partial<ToolRunnerOptions>): ToolCaller;
  task(changes?: Partial<AgentTask>): AgentTask;
  read(path: string): Promise<string>;
}

export async function createToolHarness(
  files: Record<string, string> = {},
  changes: Partial<ToolRunnerOptions> = {},
): Promise<ToolHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-bench-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  const env = { PATH: process.env.PATH ?? '' };
  const key = `bench-${process.pid}-${directory.slice(-6)}`;
  const plan = changes.plan ?? planSpec();
  const calls: ToolCall[] = [];
  const decisions: DecisionDraft[] = [];
  const lines: string[] = [];
  const checkpoints: string[] = [];
  let idCount = 0;
  const mintId = () => testId(`M${idCount++}`);
  const never = new AbortController().signal;

  const runner = (more: Partial<ToolRunnerOptions> = {}) =>
    createToolRunner({
      tools: builtinTools({ env }),
      plan,
      phase: 'execute',
      agentRole: 'execution',
      files: directoryFiles(directory),
      workplace: async () => ({ directory, variables: {} }),
      signal: never,
      key,
      clock: systemClock(),
      mintId,
      log: line => lines.push(line),
      async checkpoint(trigger, label, tool) {
        checkpoints.push(`${trigger} ${label} ${tool}`);
        return checkpointDraft(plan.planId, mintId(), trigger, label, tool);
      },
      onCall(call, made) {
        calls.push(call);
        decisions.push(...made.decisions);
      },
      ...changes,
      ...more,
    });
  const call = runner();
  const permit = createPermit({
    ...{ tools: builtinTools({ env }), plan, phase: 'execute', agentRole: 'execution', signal: never },
    ...changes,
  });
  return {
    directory,
    plan,
    calls,
    decisions,
    lines,
    checkpoints,
    call,
    runner,
    task: more => ({
      ...firstTask({ role: 'execution', plan, directory, key, call, permit, signal: never }),
      log: line => lines.push(line),
      ...more,
    }),
    read: path => readFile(join(directory, path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function checkpointDraft(
  planId: string,
  checkpointId: string,
  trigger: Checkpoint['trigger'],
  label: string | null,
  tool: string | null,
) {
  return {
    checkpointId,
    planId,
    label,
    trigger,
    tool,
    alias: 'main',
    sandbox: 's',
    treeOid: 't1',
    ref: 'refs/troupe/c',
  };
}
