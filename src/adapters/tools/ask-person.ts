import * as z from 'zod';
import { AgentQuestion, QuestionAnswer } from '../../model/question.ts';
import type { Tool } from '../../ports/tool.ts';

export const AskPersonInput = z.strictObject({
  question: AgentQuestion.shape.text,
  choices: AgentQuestion.shape.choices,
});

/** Asks a person, and waits for the answer. */
export const askPersonTool: Tool<z.output<typeof AskPersonInput>, QuestionAnswer> = {
  name: 'builtin/ask-person',
  aliases: ['ask_person'],
  description: 'Ask the person a question, with choices if there are some, and wait for the answer.',
  input: AskPersonInput,
  output: QuestionAnswer,
  sideEffects: ['ask_person'],
  run: ({ question: text, choices }, { askPerson }) => askPerson({ text, choices }),
};
