import type { AgentFormat } from '../../../model/agent-format.ts';
import type { CreateAgentReader } from './agent-reader.ts';
import { aiderReader } from './aider.ts';
import { claudeReader } from './claude.ts';
import { clineReader } from './cline.ts';
import { codexReader } from './codex.ts';
import { copilotReader } from './copilot.ts';
import { geminiReader } from './gemini.ts';
import { gooseReader } from './goose.ts';
import { opencodeReader } from './opencode.ts';
import { piReader } from './pi.ts';

/** The reader of each format. */
export const readers: Readonly<Record<Exclude<AgentFormat, 'lines'>, CreateAgentReader>> = {
  claude: claudeReader,
  codex: codexReader,
  gemini: geminiReader,
  opencode: opencodeReader,
  pi: piReader,
  copilot: copilotReader,
  cline: clineReader,
  goose: gooseReader,
  aider: aiderReader,
};
