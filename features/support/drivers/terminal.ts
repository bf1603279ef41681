import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDraft } from '../action-draft.ts';
import type { Answer, Driver, Target, UseDraft } from './driver.ts';
import { type Shell, type } from './shell.ts';

interface Envelope {
  status: 'ok' | 'failed';
  exit_code: number;
  data: Record<string, unknown> | null;
  messages: { level: string; text: string; code: string | null; hints: string[] }[];
}

/** Somebody at a keyboard: every command is a process of its own, and all that is known is what it prints. */
export function terminalDriver(shell: Shell, folder: string): Driver {
  async function ask(...words: string[]): Promise<Envelope> {
    const { stdout, stderr, exitCode } = await type(shell, [...words, '--json', '--no-input']);
    const envelope: Envelope | null = stdout.startsWith('{') ? JSON.parse(stdout) : null;
    if (envelope === null) throw new Error(`troupe ${words.join(' ')} printed no document:\n${stdout}${stderr}`);
    if (envelope.exit_code !== exitCode) throw new Error(`It exits with ${exitCode} and says ${envelope.exit_code}`);
    return envelope;
  }
  const command = async (...words: string[]): Promise<Answer> => answerOf(await ask(...words));
  const view = async (...words: string[]): Promise<Record<string, unknown>> => {
    const { data, messages } = await ask(...words);
    if (data === null) throw new Error(messages.map(({ text }) => text).join('\n'));
    return data;
  };
  const list = async (key: string, ...words: string[]) => rows((await view(...words))[key]);

  return {
    use(action: ActionDraft, { goal, profile }: UseDraft) {
      const file = join(folder, 'action.yaml');
      writeFileSync(file, JSON.stringify(action, null, 2));
      const said = [...(goal === undefined ? [] : [goal]), ...(profile === undefined ? [] : ['--profile', profile])];
      return command('plan', 'use', '-f', file, ...said);
    },
    execute: () => command('plan', 'execute'),
    apply: target => command('plan', 'apply', '--yes', ...landing(target)),
    resolve: (path, side) => command('plan', 'resolve', path, '--take', side),
    revert: guidance => command('plan', 'revert', '--guidance', guidance),
    prompt: guidance => command('plan', 'prompt', guidance),
    pause: () => command('plan', 'pause'),
    resume: () => command('plan', 'resume'),
    cancel: reason => command('plan', 'cancel', '--yes', '--reason', reason),
    async standing() {
      const plan = await lastPlan();
      return {
        phase: String(plan.phase),
        state: String(plan.state),
        error: plan.error === null ? null : String(row(plan.error).code),
        message: plan.error === null ? '' : String(row(plan.error).message),
        ways: Array.isArray(plan.ways) ? plan.ways.map(String) : [],
      };
    },
    async subplans() {
      return rows((await lastPlan()).subplan_statuses).map(({ goal, state }) => ({
        goal: String(goal),
        state: String(state),
      }));
    },
    async conflicts() {
      const found = await list('conflicts', 'plan', 'conflicts');
      const open = found.filter(({ resolution }) => resolution === null);
      return open.map(({ path, theirs }) => {
        const { goals } = row(theirs);
        return { path: String(path), broughtBy: Array.isArray(goals) ? goals.map(String) : [] };
      });
    },
    async checks() {
      return rows((await lastPlan()).validation_results).map(({ name, passed }) => ({
        name: String(name),
        passed: passed === true,
      }));
    },
    changed: async () => (await list('files', 'plan', 'diff')).map(({ path }) => String(path)).sort(),
    diff: async () => (await type(shell, ['plan', 'diff', '--format', 'plain'])).stdout,
    restart: async () => undefined,
    close: async () => undefined,
  };

  /** The plan of this scenario, finished or not. */
  async function lastPlan(): Promise<Record<string, unknown>> {
    const plans = await list('plans', 'plan', 'list', '--all');
    const plan = plans.at(-1);
    if (plan === undefined) throw new Error('There is no plan');
    return row((await view('plan', 'status', String(plan.plan_id))).plan);
  }
}

function answerOf({ status, messages }: Envelope): Answer {
  const error = messages.find(({ level }) => level === 'error');
  if (status === 'ok' || error === undefined) return { code: null, message: '', hints: [] };
  return { code: error.code, message: error.text, hints: error.hints };
}

function landing(target: Target): string[] {
  switch (target.kind) {
    case 'checkout':
      return [];
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
