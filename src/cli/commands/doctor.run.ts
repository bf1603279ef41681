import { omitUndefined } from '../../model/optional-keys.ts';
import { formatHint } from '../../presentation/hints.ts';
import { hintData } from '../../presentation/snake-case.ts';
import type { RunCommand } from '../command.ts';
import { checkAgents } from '../doctor/agents.ts';
import type { HealthCheck } from '../doctor/check.ts';
import { checkPlans } from '../doctor/plans.ts';
import { checkProject } from '../doctor/project.ts';
import { redactCredentials } from '../doctor/redact.ts';
import { repair } from '../doctor/repair.ts';
import { checkOwner, checkStoreHealth } from '../doctor/store.ts';
import { checkGit, checkNode } from '../doctor/tools.ts';

/** Checks everything a plan needs, and suggests commands for what is missing. */
export const run: RunCommand = async context => {
  const { args, io, paint } = context;
  const repaired = args.has('repair') ? [await repair(context)] : [];
  const redacted = args.has('redact') ? [await redactCredentials(context)] : [];
  const checks: HealthCheck[] = [
    ...repaired,
    ...redacted,
    await checkNode(process.versions.node),
    await checkGit(io.env),
    await checkAgents(io.env),
    await checkProject(context),
    await checkOwner(context),
    await checkStoreHealth(context),
    ...(await checkPlans(context)),
  ];
  const marks = { ok: paint.green('ok  '), failed: paint.red('FAIL'), note: paint.yellow('note') };
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, text, hints }) => [
    `${marks[status]}  ${name.padEnd(nameWidth)} ${text}`,
    ...(status === 'note' ? hints.map(hint => `      try: ${paint.cyan(formatHint(hint))}`) : []),
  ]);
  const error = checks.find(check => check.error !== undefined)?.error;
  return {
    data: {
      checks: checks.map(({ name, status, text, hints }) => ({ name, status, text, hints: hints.map(hintData) })),
      repaired: repaired.some(({ status }) => status !== 'failed'),
    },
    text: lines.join('\n'),
    ...omitUndefined({ error }),
  };
};
