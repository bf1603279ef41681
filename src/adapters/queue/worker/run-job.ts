/** Does the work of one job on this machine. */
import { join } from 'node:path';
import type { AgentSpec } from '../../../model/agent.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { mergeEnvironment } from '../../../model/environment.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { PlanSpec } from '../../../model/plan.ts';
import type { Redactor } from '../../../model/redactor.ts';
import type { AgentAnswer, Agents } from '../../../ports/agent.ts';
import type { ProcessResult, RunProcess } from '../../../ports/process.ts';
import type { AgentJobData, JobData, JobEnd, ValidationJobData } from '../messages.ts';
import { agentNeeds, validationNeeds, type WorkNeeds, whyNot } from '../needs.ts';
import { outcomeOf } from '../outcome.ts';
import type { WorkerAbilities } from '../worker-record.ts';
import type { JobLine } from './job-line.ts';
import { withoutLoading } from './own-variables.ts';
import { createRemoteTask } from './remote-task.ts';
import type { WorkFolder, WorkFolders } from './work-folder.ts';

/** What a worker does its jobs with. */
export interface WorkerTools {
  agents: Agents;
  run: RunProcess;
  folders: WorkFolders;
  /** Environment of programs. */
  env: Readonly<Record<string, string>>;
  /** Tags all processes of this worker. */
  tag: string;
  redactor: Redactor;
  abilities: WorkerAbilities;
}

interface Attempt {
  /** Unique for every attempt at a job. */
  key: string;
  data: JobData;
  line: JobLine;
  signal: AbortSignal;
}

/** Never rejects: an error is a result too. */
export async function runJob(tools: WorkerTools, attempt: Attempt): Promise<JobEnd> {
  const { data, line } = attempt;
  let folder: WorkFolder | null = null;
  const openFolder = async () => {
    folder = await openFolderFor(tools, attempt);
    line.withFolder(folder);
    return folder;
  };
  const outcome = await outcomeOf<AgentAnswer | ProcessResult[]>(async () => {
    assertAllowed(tools.abilities, data);
    const { work } = data;
    if (work.kind === 'validations') return runValidations(tools, attempt, work, await openFolder());
    return runAgent(tools, attempt, work, openFolder);
  });
  const left = folder as WorkFolder | null;
  const tree = left === null || data.work.kind === 'validations' ? null : await left.publish().catch(() => null);
  await left?.close().catch(() => undefined);
  return { ...tools.redactor.knownValues(outcome), tree, reports: line.reports(), calls: line.calls() };
}

/** What a job needs, from its own data: a worker does not rely on what the owner says about it. */
export function needsOf({ plan, work }: Pick<JobData, 'plan' | 'work'>): WorkNeeds {
  if (work.kind === 'agent')
    return agentNeeds(plan, work.agent, { files: work.base !== null, onlyLooking: work.onlyLooking });
  return validationNeeds(plan, work.programs);
}

function assertAllowed(abilities: WorkerAbilities, data: JobData): void {
  const reason = whyNot(abilities, needsOf(data));
  if (reason === null) return;
  throw new TroupeError('WORKER_REFUSED', `The worker does not do this work: ${reason}`, {
    where: `plan ${data.plan.planId}`,
    hints: [commandHint('help worker')],
  });
}

function openFolderFor({ folders, tag }: WorkerTools, { key, data, line, signal }: Attempt): Promise<WorkFolder> {
  const { plan, work } = data;
  if (work.base === null) throw new TypeError('The job has no files');
  return folders.open({
    key,
    processTag: `${tag}/${data.key}`,
    plan,
    base: work.base,
    onlyLooking: work.kind === 'agent' && work.onlyLooking,
    signal,
    log: text => line.report({ type: 'log', line: text }),
  });
}

async function runAgent(
  { agents, tag, redactor }: WorkerTools,
  { data, line, signal }: Attempt,
  work: AgentJobData,
  openFolder: () => Promise<WorkFolder>,
): Promise<AgentAnswer> {
  const environment = work.base === null ? null : (await openFolder()).environment;
  const actionDir = environment === null ? '/' : join(environment.directory, work.actionFolder);
  const { plan, key } = data;
  const agent = agents(withOwnVariables(work.agent), actionDir);
  return agent.run(
    createRemoteTask({
      data: work.task,
      plan: { ...plan, executionEnvironment: withoutLoading(plan.executionEnvironment) },
      environment: environment ?? { directory: work.task.directory, variables: {} },
      line,
      key: `${tag}/${key}`,
      signal,
      redactor,
    }),
  );
}

function withOwnVariables(agent: AgentSpec): AgentSpec {
  return 'env' in agent ? { ...agent, env: withoutLoading(agent.env) } : agent;
}

async function runValidations(
  { run, env, tag, redactor }: WorkerTools,
  { data, line, signal }: Attempt,
  { programs }: ValidationJobData,
  { environment: { directory, variables } }: WorkFolder,
): Promise<ProcessResult[]> {
  const results: ProcessResult[] = [];
  for (const [at, { argv, folder, watchdogs }] of programs.entries()) {
    line.report({ type: 'start', at });
    const result = await run({
      argv,
      cwd: folder === null ? directory : join(directory, folder),
      env: { ...programEnvironment(data.plan, env), ...variables },
      watchdogs,
      signal,
      processTag: `${tag}/${data.key}`,
      onLine: text => line.report({ type: 'line', at, line: redactor.knownValues(text) }),
    });
    const clean = { ...result, tail: redactor.knownValues(result.tail) };
    line.report({ type: 'result', at, result: clean });
    results.push(clean);
  }
  return results;
}

/** The environment of a plan's programs on this machine. */
export function programEnvironment(plan: PlanSpec, env: Readonly<Record<string, string>>): Record<string, string> {
  return mergeEnvironment({ ...plan, executionEnvironment: withoutLoading(plan.executionEnvironment) }, env);
}
