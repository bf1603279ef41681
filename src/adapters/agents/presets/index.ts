import type { AgentPreset } from './agent-preset.ts';
import { aider } from './aider.ts';
import { amp } from './amp.ts';
import { claude } from './claude.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { goose } from './goose.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qwen } from './qwen.ts';

/** The presets, by name. Those tried with the real program come first. */
export const presets: Readonly<Record<string, AgentPreset>> = {
  claude,
  codex,
  gemini,
  opencode,
  pi,
  copilot,
  qwen,
  cline,
  goose,
  aider,
  amp,
};
