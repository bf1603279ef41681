import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDraft } from '../action-draft.ts';
import { runCommand } from './command.ts';
import type { ApplyDestination, CommandAnswer, PlanCommands, PlanDriver, PlanViews, UseDraft } from './driver.ts';
import type { Shell } from './shell.ts';

interface Envelope {
  status: 'ok' | 'failed';
  exit_code: number;
  data: Record<string, unknown> | null;
  messages: { level: string; text: string; code: string | null; hints: { text: string }[] }[];
}

/** A user at a keyboard: every command opens the store again, and only its output is known. */
export function createTerminalDriver(shell: Shell, folder: string): PlanDriver {
  const typed = createTypedCommands(shell);
  return {
    async use(action: ActionDraft, { goal, profile }: UseDraft) {
      const file = join(folder, 'action.yaml');
      writeFileSync(file, JSON.stringify(action, null, 2));
      const goalAndProfile = [
        ...(goal === undefined ? [] : [goal]),
        ...(profile === undefined ? [] : ['--profile', profile]),
      ];
      const answer = toAnswer(await typed.ask('plan', 'use', '-f', file, ...goalAndProfile));
      const newest = rows(envelopeData(await typed.ask('plan', 'list', '--all')).plans).at(-1);
      if (newest !== undefined) typed.selectPlan(String(newest.plan_id));
      return answer;
    },
    ...planCommands(typed),
    ...planViews(typed),
    restart: async () => undefined,
    close: async () => undefined,
  };
}

/** Commands typed in a shell, with what they print. */
interface TypedCommands {
  ask(...words: string[]): Promise<Envelope>;
  /** `troupe plan …`, which names the current plan: it may not be the newest unfinished one. */
  onPlan(words: readonly string[]): Promise<Envelope>;
  /** The data that `troupe plan …` prints. @throws {Error} when it fails */
  view(...words: string[]): Promise<Record<string, unknown>>;
  /** The text that `troupe plan …` prints. */
  print(...words: string[]): Promise<string>;
  selectPlan(planId: string): void;
}

function createTypedCommands(shell: Shell): TypedCommands {
  let planId: string | null = null;
  const planWords = (words: readonly string[]) => ['plan', ...words, ...(planId === null ? [] : ['--plan', planId])];
  const ask = async (...words: string[]): Promise<Envelope> => {
    const { stdout, stderr, exitCode } = await runCommand(shell, [...words, '--json', '--no-input']);
    const envelope: Envelope | null = stdout.startsWith('{') ? JSON.parse(stdout) : null;
    if (envelope === null) throw new Error(`troupe ${words.join(' ')} printed no document:\n${stdout}${stderr}`);
    if (envelope.exit_code !== exitCode) throw new Error(`It exits with ${exitCode} and says ${envelope.exit_code}`);
    return envelope;
  };
  const onPlan = (words: readonly string[]) => ask(...planWords(words));
  return {
    ask,
    onPlan,
    view: async (...words) => envelopeData(await onPlan(words)),
    print: async (...words) => (await runCommand(shell, planWords(words))).stdout,
    selectPlan(id) {
      planId = id;
    },
  };
}

/** The commands of the current plan. */
function planCommands(typed: TypedCommands): PlanCommands {
  const command = async (...words: string[]): Promise<CommandAnswer> => toAnswer(await typed.onPlan(words));
  return {
    execute: () => command('execute'),
    apply: target => command('apply', '--yes', ...applyFlags(target)),
    applyPart: part => command('apply', '--yes', ...('only' in part ? ['--only', part.only] : ['--finished'])),
    resolve: (path, side) => command('resolve', path, '--take', side),
    revert: guidance => command('revert', '--guidance', guidance),
    prompt: guidance => command('prompt', guidance),
    approve: always => command('approve', ...(always ? ['--always'] : [])),
    deny: reason => command('deny', '--reason', reason),
    answerQuestion: text => command('answer', text),
    pause: () => command('pause'),
    resume: () => command('resume'),
    cancel: reason => command('cancel', '--yes', '--reason', reason),
    async rollback(wanted) {
      const known = rows((await typed.view('checkpoint', 'list')).checkpoints);
      const found = known.find(({ trigger, label }) => trigger === wanted || label === wanted);
      const envelope = await typed.onPlan(['rollback', String(found?.checkpoint_id ?? wanted), '--yes']);
      const changes = envelope.data === null ? [] : rows(envelope.data.changes_reverted);
      return {
        ...toAnswer(envelope),
        changes: changes.map(({ file, action }) => ({ file: String(file), action: String(action) })),
      };
    },
    async correct(chosen, guidance, mode) {
      const found = rows((await typed.view('explain')).decisions).find(({ chosen_option }) => chosen_option === chosen);
      const decision = String(found?.decision_id ?? chosen);
      return toAnswer(await typed.onPlan(['correct', decision, '--guidance', guidance, '--mode', mode, '--yes']));
    },
  };
}

/** What is seen of the current plan. */
function planViews(typed: TypedCommands): PlanViews {
  const status = async () => row((await typed.view('status')).plan);
  return {
    async status() {
      const plan = await status();
      return {
        phase: String(plan.phase),
        state: String(plan.state),
        error: plan.error === null ? null : String(row(plan.error).code),
        errorText: JSON.stringify(plan.error),
        availableCommands: Array.isArray(plan.available_commands) ? plan.available_commands.map(String) : [],
        callsSpent: Number(row(plan.spent).tool_calls),
      };
    },
    async subplans() {
      return rows((await status()).subplan_statuses).map(({ goal, state }) => ({
        goal: String(goal),
        state: String(state),
      }));
    },
    async conflicts() {
      const found = rows((await typed.view('conflicts')).conflicts);
      const open = found.filter(({ resolution }) => resolution === null);
      return open.map(({ path, theirs }) => {
        const { goals } = row(theirs);
        return { path: String(path), goals: Array.isArray(goals) ? goals.map(String) : [] };
      });
    },
    async checks() {
      return rows((await status()).validation_results).map(({ name, passed }) => ({
        name: String(name),
        passed: passed === true,
      }));
    },
    async decisionTypes() {
      return rows((await typed.view('explain')).decisions).map(({ type }) => String(type));
    },
    async findings() {
      return rows((await status()).findings).map(({ severity, path, line, text }) => ({
        ...{ severity: String(severity), text: String(text) },
        ...{ path: path === null ? null : String(path), line: line === null ? null : Number(line) },
      }));
    },
    message: async () => String(row((await typed.view('apply', '--dry-run')).preview).message),
    changedPaths: async () =>
      rows((await typed.view('diff')).files)
        .map(({ path }) => String(path))
        .sort(),
    diff: async () => typed.print('diff', '--format', 'plain'),
  };
}

function toAnswer({ status, messages }: Envelope): CommandAnswer {
  const error = messages.find(({ level }) => level === 'error');
  if (status === 'ok' || error === undefined) return { code: null, message: '', hints: [] };
  return { code: error.code, message: error.text, hints: error.hints };
}

function envelopeData({ data, messages }: Envelope): Record<string, unknown> {
  if (data === null) throw new Error(messages.map(({ text }) => text).join('\n'));
  return data;
}

function applyFlags(target: ApplyDestination): string[] {
  switch (target.kind) {
    case 'checkout':
      return target.branch === undefined ? [] : ['--onto', target.branch];
    case 'branch':
      return ['--branch', target.branch];
    case 'patch':
      return ['--patch', target.file];
  }
}

function row(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new Error(`Expected an object, found ${JSON.stringify(value)}`);
  return value as Record<string, unknown>;
}

function rows(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new Error(`Expected a list, found ${JSON.stringify(value)}`);
  return value.map(row);
}
