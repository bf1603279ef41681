import { secretVariable } from '../../model/secret-argument.ts';
import type { AgentTask } from '../../ports/agent.ts';

/** Writes the prompt: the goal, what done means, decisions so far, guidance, and lessons of earlier failures. */
export function buildPrompt(task: AgentTask): string {
  const { plan } = task;
  const chosen = task.decisions
    .filter(
      ({ type, supersededBy }) =>
        supersededBy === null && type !== 'prompt_definition' && type !== 'invariant_enforced',
    )
    .map(({ question, chosenOption, rationale }) => `${question} ${chosenOption}${rationale && ` (${rationale})`}`);
  const rules = plan.invariants.map(({ text }) => text);
  const sections: [title: string, lines: readonly string[]][] = [
    ['Goal', [plan.description]],
    ['Background', plan.longDescription ? [plan.longDescription] : []],
    ['Done means', ['', plan.description].includes(plan.definitionOfDone) ? [] : [plan.definitionOfDone]],
    ['Your part', [task.role === 'strategy' ? strategyPart(plan) : parts[task.role]]],
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
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `# ${title}\n${lines.join('\n')}\n`)
    .join('\n');
}

/** Writes the request to a strategy agent, with its limits and what makes a good split. */
function strategyPart({ depth, depthMax, subplanConfig }: AgentTask['plan']): string {
  const decisions = [
    'Look at the project in the current folder and decide how to reach the goal. Change nothing.',
    'Print each decision on a line of its own as JSON:',
    '{"decision": {"question": "…", "choose": "…", "rationale": "…", "confidence": 0.8, "alternatives": [{"description": "…", "reason": "…"}]}}',
  ];
  if (depth >= depthMax) {
    return [...decisions, `Print no subplan: this plan is at depth ${depth}, the deepest that is allowed.`].join('\n');
  }
  const again = subplanConfig.recursive
    ? `This plan is at depth ${depth} of at most ${depthMax}. A strategist looks at each subplan too, and may split it again.`
    : 'Subplans are not split again.';
  const { maxParallel, mergeStrategy } = subplanConfig;
  return [
    ...decisions,
    'You may split the goal into subplans. Each is worked on by an agent of its own, in a copy of the files of its own; the results are merged. Splitting is optional: split only where parts can be done independently and each is worth an agent. Without a subplan one agent does all the work.',
    'Print each subplan on a line of its own as JSON:',
    '{"subplan": {"key": "…", "goal": "…", "resourceScopes": ["…"], "dependsOn": ["…"]}}',
    ...bullets([
      '"goal": everything its agent has to know; it sees neither your other words nor the other subplans. Never the goal of this plan itself.',
      '"resourceScopes": the files, folders or globs it may change, from the current folder: all that it needs and nothing more. Scopes of subplans should not overlap: no two should change the same file.',
      '"dependsOn": keys of subplans that must be finished first, because it needs their files. Left out: none.',
    ]),
    `At most ${maxParallel} run at the same time${mergeStrategy === 'sequentialApply' ? ', one after the other' : ''}. ${again}`,
  ].join('\n');
}

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
