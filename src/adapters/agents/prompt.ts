import { createHash } from 'node:crypto';
import { secretVariable } from '../../model/secret-argument.ts';
import type { AgentTask, ContinuedSession } from '../../ports/agent.ts';

/** How an agent tells what it decides: it prints lines of JSON, or it calls tools. */
type ReportWay = 'lines' | 'tools';

export interface Prompt {
  text: string;
  /** Digests of what the task contains, to leave it out of later prompts in the same session. */
  given: string[];
}

type Section = [title: string, lines: readonly string[]];

/**
 * Writes the prompt: the goal, what done means, decisions so far, guidance, and lessons of earlier failures. In a session that
 * continues it says only what is new.
 */
export function buildPrompt(
  task: AgentTask,
  session: ContinuedSession | null = null,
  way: ReportWay = 'lines',
): Prompt {
  const sections = listSections(task, way);
  const given = sections.flatMap(([title, lines]) => lines.map(line => digestOf(title, line)));
  return { text: formatSections(session === null ? sections : newSections(sections, task, session)), given };
}

/** The problem and the changes belong to this run, even if an earlier prompt had the same. */
const alwaysNew: ReadonlySet<string> = new Set(['Problem', 'Changes']);

function newSections(sections: readonly Section[], { role }: AgentTask, session: ContinuedSession): Section[] {
  const known = new Set(session.given);
  const fresh = sections.map(
    ([title, lines]): Section => [
      title,
      lines.filter(line => alwaysNew.has(title) || !known.has(digestOf(title, line))),
    ],
  );
  return [['Continue', [continueLine(role, session)]], ...fresh];
}

function continueLine(role: AgentTask['role'], { interrupted }: ContinuedSession): string {
  if (role === 'strategy') {
    const why = interrupted ? 'Your last run was interrupted' : 'Your last answer does not count any more';
    return `${why}. You know the goal. Give the whole answer again, with every decision and every subplan, and take what follows into account.`;
  }
  if (interrupted) {
    return 'Your last run was interrupted. The files are as it left them; its last step may be incomplete. Nothing that you printed for Troupe was recorded: print it again. Continue, and finish your task.';
  }
  if (role === 'fix') return 'You know the goal. The files may have changed since your last run: look before you edit.';
  return 'Your last run did not count: the files are again as they were before it. You know the goal. Do the work, and take what follows into account.';
}

const digestOf = (title: string, line: string): string =>
  createHash('sha256').update(`${title}\n${line}`).digest('hex').slice(0, 12);

function formatSections(sections: readonly Section[]): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `# ${title}\n${lines.join('\n')}\n`)
    .join('\n');
}

function listSections(task: AgentTask, way: ReportWay): Section[] {
  const { plan } = task;
  const chosen = task.decisions
    .filter(
      ({ type, supersededBy }) =>
        supersededBy === null && type !== 'prompt_definition' && type !== 'invariant_enforced',
    )
    .map(({ question, chosenOption, rationale }) => `${question} ${chosenOption}${rationale && ` (${rationale})`}`);
  const rules = plan.invariants.map(({ text }) => text);
  return [
    ['Goal', [plan.description]],
    ['Background', plan.longDescription ? [plan.longDescription] : []],
    ['Done means', ['', plan.description].includes(plan.definitionOfDone) ? [] : [plan.definitionOfDone]],
    ['Your part', [rolePart(task, way), ...(task.role === 'execution' && hasSubplans(task) ? [subplansPart] : [])]],
    ['Arguments', argumentLines(plan)],
    ['Change nothing but', bullets(plan.resourceScopes)],
    ['What must hold', bullets(rules)],
    ['Context', bullets(plan.skeleton)],
    ['Decided so far', bullets(chosen)],
    ['Guidance', bullets(task.guidance)],
    ['Lessons', bullets(task.advice)],
    ['Problem', task.problem === null ? [] : [task.problem]],
    ['Changes', task.diff === null ? [] : [task.diff]],
  ];
}

function rolePart({ role, plan, choices }: AgentTask, way: ReportWay): string {
  if (choices !== undefined) return judgePart(choices, way);
  return role === 'strategy' ? strategyPart(plan, way) : (way === 'tools' && toolParts[role]) || parts[role];
}

function judgePart(choices: readonly number[], way: ReportWay): string {
  return [
    `Choose the best of the ${choices.length} attempts at the goal: ${choices.join(', ')}. Those that failed are left out. The current folder holds the files before any of them. Change nothing.`,
    way === 'tools'
      ? 'Report your choice by exactly one call of the tool report_finding, with the severity "note".'
      : 'Print your choice on one line as JSON:',
    ...(way === 'tools' ? [] : ['{"finding": {"severity": "note", "text": "attempt K: …"}}']),
    'Its text begins with "attempt K:", where K is the number of the attempt, followed by your reasons, including those against the others.',
    way === 'tools'
      ? 'End with a sentence that sums up the choice.'
      : '{"type": "result", "summary": "…"} is the last line.',
  ].join('\n');
}

const subplansPart =
  'Other agents do the subplans below, after you. Do only what they leave; if that is nothing, change nothing and say so.';

function hasSubplans({ decisions }: Pick<AgentTask, 'decisions'>): boolean {
  const isSpawn = (type: string) => type === 'subplan_spawn' || type === 'subplan_parallel_spawn';
  return decisions.some(({ type, supersededBy }) => supersededBy === null && isSpawn(type));
}

/** Writes the request to a strategy agent, with its limits and what makes a good split. */
function strategyPart({ depth, depthMax, subplanConfig }: AgentTask['plan'], way: ReportWay): string {
  const decisions = [
    'Look at the project in the current folder and decide how to reach the goal. Change nothing.',
    ...(way === 'tools' ? ['Record each decision with the tool decide.'] : printedDecision),
  ];
  if (depth >= depthMax) {
    return [
      ...decisions,
      `${way === 'tools' ? 'Plan' : 'Print'} no subplan: this plan is at depth ${depth}, the deepest that is allowed.`,
    ].join('\n');
  }
  const again = subplanConfig.recursive
    ? `This plan is at depth ${depth} of at most ${depthMax}. A strategist looks at each subplan too, and may split it again.`
    : 'Subplans are not split again.';
  const { maxParallel, mergeStrategy } = subplanConfig;
  return [
    ...decisions,
    'You may split the goal into subplans. Each is worked on by an agent of its own, in a copy of the files of its own; the results are merged. Splitting is optional: split only where parts can be done independently and each is worth an agent. Without a subplan one agent does all the work.',
    ...(way === 'tools' ? ['Ask for each subplan with the tool plan_subplan.'] : printedSubplan),
    ...bullets([
      '"goal": everything its agent has to know; it sees neither your other words nor the other subplans. Never the goal of this plan itself.',
      '"resourceScopes": the files, folders or globs it may change, from the current folder: all that it needs and nothing more. Scopes of subplans should not overlap: no two should change the same file.',
      '"dependsOn": keys of subplans that must be finished first, because it needs their files. Left out: none.',
    ]),
    `At most ${maxParallel} run at the same time${mergeStrategy === 'sequentialApply' ? ', one after the other' : ''}. ${again}`,
  ].join('\n');
}

const printedDecision = [
  'Print each decision on a line of its own as JSON:',
  '{"decision": {"question": "…", "choose": "…", "rationale": "…", "confidence": 0.8, "alternatives": [{"description": "…", "reason": "…"}]}}',
];
const printedSubplan = [
  'Print each subplan on a line of its own as JSON:',
  '{"subplan": {"key": "…", "goal": "…", "resourceScopes": ["…"], "dependsOn": ["…"]}}',
];

/** Instead of those that ask for lines. */
const toolParts: Partial<Record<AgentTask['role'], string>> = {
  review: [
    'Judge the changes below against the goal and what done means; the project holds the files with the changes. Change nothing.',
    'Report each thing that is wrong with the tool report_finding. Its severity is "blocking" for what must be fixed before the changes may be applied, else "warning" or "note".',
    'End with a sentence that sums up the review, also when nothing is wrong.',
  ].join('\n'),
  apply:
    'Write the message of the commit that applies the changes below: call the tool commit_message once. Change nothing.',
};

const parts: Record<Exclude<AgentTask['role'], 'strategy'>, string> = {
  execution: 'Do the work in the current folder.',
  fix: 'The problems below were found in the work in the current folder. Fix them.',
  estimation: 'Estimate the work. Change nothing.',
  review: [
    'Judge the changes below against the goal and what done means; the current folder holds the files with the changes. Change nothing.',
    'Print each thing that is wrong on a line of its own as JSON; "path" and "line" may be left out:',
    '{"finding": {"severity": "blocking", "path": "…", "line": 1, "text": "…"}}',
    'severity is "blocking" for what must be fixed before the changes may be applied, else "warning" or "note".',
    'Print as the last line, also when nothing is wrong:',
    '{"type": "result", "summary": "…"}',
  ].join('\n'),
  apply: [
    'Write the message of the commit that applies the changes below. Change nothing.',
    'Print it on one line as JSON; the subject is one line, the body may be empty:',
    '{"message": {"subject": "…", "body": "…"}}',
  ].join('\n'),
  conflict: 'Resolve the merge conflict below in the current folder: write the file as it should be, without markers.',
};

function argumentLines({
  arguments: given,
  argumentDescriptions = {},
  secretArguments = [],
}: AgentTask['plan']): string[] {
  const described = Object.entries(argumentDescriptions).map(([name, description]) => `${name}: ${description}`);
  const secret = secretArguments.map(name => `${name}: a secret, in the environment variable ${secretVariable(name)}`);
  return [...(Object.keys(given).length === 0 ? [] : [JSON.stringify(given)]), ...bullets([...described, ...secret])];
}

function bullets(lines: readonly string[]): string[] {
  return lines.map(line => `- ${line}`);
}
