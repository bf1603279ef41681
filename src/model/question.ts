import * as z from 'zod';

/** A question of an agent to a person. */
export const AgentQuestion = z.strictObject({
  text: z.string().min(1).max(2_000),
  /** Answers to choose from; a person may also give another one. */
  choices: z.array(z.string().min(1).max(200)).max(20).default([]),
});
export type AgentQuestion = z.infer<typeof AgentQuestion>;

/** What happens to the questions of agents: a person answers, the agent decides itself, or the call is refused. */
export const QuestionPolicy = z.enum(['ask', 'decide', 'refuse']);
export type QuestionPolicy = z.infer<typeof QuestionPolicy>;

/** What an agent gets for its question. */
export const QuestionAnswer = z.strictObject({
  /** Whether a person answered it. */
  answered: z.boolean(),
  answer: z.string(),
});
export type QuestionAnswer = z.infer<typeof QuestionAnswer>;

/** Returns the question with its choices, on one line: `Which store? (LevelDB, PostgreSQL)`. */
export function questionWords({ text, choices }: AgentQuestion): string {
  return choices.length === 0 ? text : `${text} (${choices.join(', ')})`;
}

/** Returns the choice that an answer names, by its number from 1 or its text; otherwise the answer itself. */
export function resolveChoice({ choices }: Pick<AgentQuestion, 'choices'>, answer: string): string {
  const text = answer.trim();
  const byText = choices.find(choice => choice.toLowerCase() === text.toLowerCase());
  return byText ?? (/^\d+$/.test(text) ? choices[Number(text) - 1] : undefined) ?? text;
}

const decideYourself = 'Decide yourself, and record the decision.';

export const unattendedAnswer: QuestionAnswer = {
  answered: false,
  answer: `No person is here to answer. ${decideYourself}`,
};

/** What an agent gets for a question that no person answered. `reason`: why, as a sentence; '' if it is not known. */
export function unanswered(reason: string): QuestionAnswer {
  return {
    answered: false,
    answer: [reason || 'There is no answer', decideYourself].join('. ').replace(/([.!?])\./g, '$1'),
  };
}
