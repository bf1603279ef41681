import type { AgentTask } from '../../ports/agent.ts';

/** What an agent that reads text is told: the goal, what done means, what was decided, said and learnt. */
export function promptOf(task: AgentTask): string {
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
    ['Done means', plan.definitionOfDone === '' ? [] : [plan.definitionOfDone]],
    ['Your part', [parts[task.role]]],
    ['Arguments', Object.keys(plan.arguments).length === 0 ? [] : [JSON.stringify(plan.arguments)]],
    ['Change nothing but', bullets(plan.resourceScopes)],
    ['What must hold', bullets(rules)],
    ['Context', bullets(plan.skeleton)],
    ['Decided so far', bullets(chosen)],
    ['Guidance', bullets(task.guidance)],
    ['Lessons', bullets(task.lessons)],
    ['Problem', task.problem === null ? [] : [task.problem]],
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
  fix: 'The checks below failed on the work in the current folder. Mend it.',
  estimation: 'Estimate the work. Change nothing.',
  conflict: 'Settle the merge conflict below in the current folder: leave the file as it should be, without markers.',
};

function bullets(lines: readonly string[]): string[] {
  return lines.map(line => `- ${line}`);
}
