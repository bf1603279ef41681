import type { McpTool } from '../tool.ts';
import { answer } from './answer.ts';
import { apply } from './apply.ts';
import { cancel } from './cancel.ts';
import { conflicts } from './conflicts.ts';
import { diff } from './diff.ts';
import { execute } from './execute.ts';
import { list } from './list.ts';
import { resolve } from './resolve.ts';
import { review } from './review.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { wait } from './wait.ts';

/** Every tool, in the order in which a plan needs them. */
export const tools: readonly McpTool[] = [
  start,
  wait,
  status,
  list,
  execute,
  answer,
  conflicts,
  resolve,
  diff,
  review,
  apply,
  cancel,
];
