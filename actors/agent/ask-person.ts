import type { EffectContext } from '../../src/durable/effect.ts';
import type { ApprovalAnswer } from '../../src/model/approval.ts';
import {
  type AgentQuestion,
  type QuestionAnswer,
  questionWords,
  resolveChoice,
  unanswered,
  unattendedAnswer,
} from '../../src/model/question.ts';
import type { EffectServices } from '../services.ts';
import { type ApprovalQuestion, requestAnswer } from './request-approval.ts';

const questionToolName = 'builtin/ask-person';

export type PersonQuestion = Pick<ApprovalQuestion, 'spec' | 'at' | 'folder' | 'confidence'> & {
  question: AgentQuestion;
};

/**
 * Asks a person an agent's question, and resolves with the answer. It waits like the approval of a tool call: the plan
 * releases its slot, and after a crash the same question continues to wait, or its answer is there.
 */
export async function askPerson(
  services: EffectServices,
  context: EffectContext<unknown>,
  { question, ...about }: PersonQuestion,
  signal: AbortSignal,
): Promise<QuestionAnswer> {
  if (about.spec.profileSnapshot.questions === 'decide') return unattendedAnswer;
  const words = questionWords(question);
  const asked = { ...about, question, words, tool: questionToolName, threshold: null, input: JSON.stringify(question) };
  return toQuestionAnswer(question, await requestAnswer(services, context, asked, signal));
}

function toQuestionAnswer(question: AgentQuestion, { verdict, reason, text }: ApprovalAnswer): QuestionAnswer {
  if (verdict === 'answered') return { answered: true, answer: resolveChoice(question, text ?? '') };
  if (verdict === 'approved') return unanswered('The person leaves it to you');
  return unanswered(reason);
}
