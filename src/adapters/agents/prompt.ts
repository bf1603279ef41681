import { secretVariable } from '../../model/secret-argument.ts';
import type { AgentTask } from '../../ports/agent.ts';

/** What an agent that reads text is told: the goal and more about it, what done means, what was decided, said and learnt. */
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
    ['Done means', plan.definitionOfDone === '' ? [] : [plan.definitionOfDone]],
    ['Your part', [parts[task.role]]],
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

const parts: Record<AgentTask['role'], string> = {
  strategy: [
    'Look at the project in the current folder and decide how to reach the goal. Change nothing.',
    'Print each decision on a line of its own as JSON:',
    '{"decision": {"question": "…", "choose": "…", "rationale": "…", "confidence": 0.8, "alternatives": [{"description": "…", "reason": "…"}]}}',
    'Print each part that should be worked on as a plan of its own:',
    '{"subplan": {"key": "…", "goal": "…", "resourceScopes": ["…"], "dependsOn": ["…"]}}',
  ].join('\n'),
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
  conflict: 'Settle the merge conflict below in the current folder: leave the file as it should be, without markers.',
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
