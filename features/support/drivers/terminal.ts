import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDraft } from '../action-draft.ts';
import { runCommand } from './command.ts';
import type { ApplyDestination, CommandAnswer, PlanDriver, UseDraft } from './driver.ts';
import type { Shell } from './shell.ts';

interface Envelope {
  status: 'ok' | 'failed';
  exit_code: number;
  data: Record<string, unknown> | null;
  messages: { level: string; text: string; code: string | null; hints: { text: string }[] }[];
}

/** A user at a keyboard: every command opens the store again, and only its output is known. */
export function createTerminalDriver(shell: Shell, folder: string): PlanDriver {
  let planId: string | null = null;

  async function ask(...words: string[]): Promise<Envelope> {
    const { stdout, stderr, exitCode } = await runCommand(shell, [...words, '--json', '--no-input']);
    const envelope: Envelope | null = stdout.startsWith('{') ? JSON.parse(stdout) : null;
    if (envelope === null) throw new Error(`troupe ${words.join(' ')} printed no document:\n${stdout}${stderr}`);
    if (envelope.exit_code !== exitCode) throw new Error(`It exits with ${exitCode} and says ${envelope.exit_code}`);
    return envelope;
  }
  /** Names the plan once there is one: it may not be the newest unfinished plan. */
  const onPlan = (words: string[]) => ask('plan', ...words, ...(planId === null ? [] : ['--plan', planId]));
  const command = async (...words: string[]): Promise<CommandAnswer> => toAnswer(await onPlan(words));
  const view = async (...words: string[]): Promise<Record<string, unknown>> => envelopeData(await onPlan(words));

  return {
    async use(action: ActionDraft, { goal, profile }: UseDraft) {
      const file = join(folder, 'action.yaml');
      writeFileSync(file, JSON.stringify(action, null, 2));
      const goalAndProfile = [
        ...(goal === undefined ? [] : [goal]),
        ...(profile === undefined ? [] : ['--profile', profile]),
      ];
      const answer = toAnswer(await ask('plan', 'use', '-f', file, ...goalAndProfile));
      const newest = rows(envelopeData(await ask('plan', 'list', '--all')).plans).at(-1);
      if (newest !== undefined) planId = String(newest.plan_id);
      return answer;
    },
    execute: () => command('execute'),
    apply: target => command('apply', '--yes', ...applyFlags(target)),
    applyPart: part => command('apply', '--yes', ...('only' in part ? ['--only', part.only] : ['--finished'])),
    resolve: (path, side) => command('resolve', path, '--take', side),
    revert: guidance => command('revert', '--guidance', guidance),
    prompt: guidance => command('prompt', guidance),
    approve: always => command('approve', ...(always ? ['--always'] : [])),
    deny: reason => command('deny', '--reason', reason),
    pause: () => command('pause'),
    resume: () => command('resume'),
    cancel: reason => command('cancel', '--yes', '--reason', reason),
    async rollback(wanted) {
      const known = rows((await view('checkpoint', 'list')).checkpoints);
      const found = known.find(({ trigger, label }) => trigger === wanted || label === wanted);
      const envelope = await onPlan(['rollback', String(found?.checkpoint_id ?? wanted), '--yes']);
      const changes = envelope.data === null ? [] : rows(envelope.data.changes_reverted);
      return {
        ...toAnswer(envelope),
        changes: changes.map(({ file, action }) => ({ file: String(file), action: String(action) })),
      };
    },
    async correct(chosen, guidance, mode) {
      const found = rows((await view('explain')).decisions).find(({ chosen_option }) => chosen_option === chosen);
      const decision = String(found?.decision_id ?? chosen);
      return toAnswer(await onPlan(['correct', decision, '--guidance', guidance, '--mode', mode, '--yes']));
    },
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
      const found = rows((await view('conflicts')).conflicts);
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
      return rows((await view('explain')).decisions).map(({ type }) => String(type));
    },
    async findings() {
      return rows((await status()).findings).map(({ severity, path, line, text }) => ({
        ...{ severity: String(severity), text: String(text) },
        ...{ path: path === null ? null : String(path), line: line === null ? null : Number(line) },
      }));
    },
    message: async () => String(row((await view('apply', '--dry-run')).preview).message),
    changedPaths: async () =>
      rows((await view('diff')).files)
        .map(({ path }) => String(path))
        .sort(),
    diff: async () =>
      (await runCommand(shell, ['plan', 'diff', '--format', 'plain', ...(planId === null ? [] : ['--plan', planId])]))
        .stdout,
    restart: async () => undefined,
    close: async () => undefined,
  };

  async function status(): Promise<Record<string, unknown>> {
    return row((await view('status')).plan);
  }
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
