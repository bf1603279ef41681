import * as z from 'zod';
import type { AgentDecisionMessage, AgentRole, AgentSubplanMessage } from '../../model/agent.ts';
import type { AgentUsage } from '../../model/budget.ts';
import { commandHint } from '../../model/command-hint.ts';
import type { Decision } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { QuestionAnswer } from '../../model/question.ts';
import type { Finding } from '../../model/review.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { createDecisionRecorder } from './decision-recorder.ts';

/** The context of a script: its task, what is known, and the functions to work with. */
export interface ScriptContext {
  /** strategy: look and decide. execution: do it. fix: repair what `problem` names. review: judge `diff`. apply: answer with a `message`. */
  role: AgentRole;
  goal: string;
  /** More about the goal, from the action; '' where it says no more. */
  longDescription: string;
  definitionOfDone: string;
  arguments: Record<string, unknown>;
  /** What the arguments are, by name, where the action says it. */
  argumentDescriptions: Record<string, string>;
  planId: string;
  /** 0 for a root plan, 1 for its subplans. */
  depth: number;
  /** From 1; a correction counts up. */
  attempt: number;
  /** Paths and globs this plan may change; empty means no limit. */
  resourceScopes: readonly string[];
  /** The sandbox: to look at (strategy) or to work in. Never the user's checkout. */
  directory: string;
  /** For programs started there: where they are, which ports are theirs, and secret arguments as `TROUPE_SECRET_NAME`. */
  variables: Readonly<Record<string, string>>;
  /** Decisions recorded so far, in order. */
  decisions: readonly Decision[];
  /** Guidance given by people, oldest first. */
  guidance: readonly string[];
  /** What earlier failures taught. */
  lessons: readonly string[];
  /** What failed, when asked to fix it; otherwise null. */
  problem: string | null;
  /** For a review and a commit message: what the result changes, as a unified diff; otherwise null. */
  diff: string | null;
  /** Ends when the work is to stop. */
  signal: AbortSignal;

  /** Calls any tool by name. */
  call(tool: string, input: unknown): Promise<unknown>;
  /** The text of a file. */
  read(path: string): Promise<string>;
  write(path: string, content: string): Promise<void>;
  /** Replaces text that occurs exactly once. */
  edit(path: string, find: string, replace: string): Promise<void>;
  delete(path: string): Promise<void>;
  /** Paths of all files, in order; of those that match, when a glob is given. */
  files(glob?: string): Promise<string[]>;
  /** Runs a program in the sandbox, without a shell. */
  run(argv: string[], options?: { timeoutSeconds?: number }): Promise<{ exitCode: number | null; output: string }>;
  checkpoint(label: string): Promise<void>;
  /** Asks the person, and waits for the answer; null without an answer. */
  ask(question: string, choices?: readonly string[]): Promise<string | null>;
  /** Records a choice; answers with the decision's id. */
  decide(decision: z.input<typeof AgentDecisionMessage>): Promise<string>;
  /** Makes a part of the goal a plan of its own; answers with the id others can depend on. */
  subplan(subplan: z.input<typeof AgentSubplanMessage>): Promise<string>;
  /** As a reviewer: reports what is wrong with the result; answers with the decision's id. */
  finding(finding: z.input<typeof Finding>): Promise<string>;
  /** Tells what was used so far; a budget may end the work then. */
  spend(usage: AgentUsage): void;
  log(line: string): void;
}

const Text = z.object({ content: z.string(), encoding: z.enum(['utf8', 'base64']), truncated: z.boolean() });
const Listed = z.object({
  entries: z.array(z.object({ path: z.string(), type: z.string() })),
  truncated: z.boolean(),
});
const Ran = z.object({ exitCode: z.number().nullable(), output: z.string() });

const entriesMax = 20_000;

/** Everything a script does goes through the task's tools, and is guarded and recorded there. */
export function scriptContext(task: AgentTask): ScriptContext {
  const { plan } = task;
  const { decide, subplan, finding } = createDecisionRecorder(task);
  return {
    role: task.role,
    goal: plan.description,
    longDescription: plan.longDescription ?? '',
    definitionOfDone: plan.definitionOfDone,
    arguments: plan.arguments,
    argumentDescriptions: plan.argumentDescriptions ?? {},
    planId: plan.planId,
    depth: plan.depth,
    attempt: task.attempt,
    resourceScopes: plan.resourceScopes,
    directory: task.directory,
    variables: task.variables,
    decisions: task.decisions,
    guidance: task.guidance,
    lessons: task.advice,
    problem: task.problem,
    diff: task.diff,
    signal: task.signal,
    call: task.call,
    read: path => readAll(task, path),
    async write(path, content) {
      await task.call('builtin/write', { path, content });
    },
    async edit(path, find, replace) {
      await task.call('builtin/edit', { path, find, replace });
    },
    async delete(path) {
      await task.call('builtin/delete', { path, recursive: true });
    },
    async files(glob) {
      const filter = omitUndefined({ glob });
      const listed = Listed.parse(await task.call('builtin/list', { recursive: true, entriesMax, ...filter }));
      if (listed.truncated) throw failed(`There are more than ${entriesMax} files; give a glob or call builtin/list`);
      return listed.entries.filter(({ type }) => type !== 'folder').map(({ path }) => path);
    },
    async run(argv, options = {}) {
      return Ran.parse(await task.call('builtin/run', { argv, ...options }));
    },
    async checkpoint(label) {
      await task.call('system/create_checkpoint', { label });
    },
    async ask(question, choices = []) {
      const given = QuestionAnswer.parse(await task.call('builtin/ask-person', { question, choices }));
      return given.answered ? given.answer : null;
    },
    decide,
    subplan,
    finding,
    spend: usage => task.reportUsage(usage),
    log: line => task.log(line),
  };
}

async function readAll(task: AgentTask, path: string): Promise<string> {
  let text = '';
  for (let offset = 0; ; offset = Buffer.byteLength(text)) {
    const piece = Text.parse(await task.call('builtin/read', { path, offset, bytesMax: 1_000_000 }));
    if (piece.encoding === 'base64') throw failed(`${path} is not text; call builtin/read for its bytes`);
    text += piece.content;
    if (!piece.truncated) return text;
  }
}

function failed(message: string): TroupeError {
  return new TroupeError('TOOL_FAILED', message, { retriable: false, hints: [commandHint('plan logs')] });
}
