/** What answers to an approval or a question may say. */

/** Options of `Plan.approve`. */
export interface ApproveOptions {
  /** Id of the approval, or the end of it. @default all pending approvals */
  approval?: string;
  /** Also approve later calls of the same tool. @default false */
  always?: boolean;
}

/** Options of `Plan.deny`. */
export interface DenyOptions {
  approval?: string;
  /** The reason, which the agent receives. */
  reason?: string;
}

/** Options of `Plan.answer`. */
export interface AnswerOptions {
  /** Id of the question, or the end of it. @default all open questions */
  approval?: string;
}
