import { describe, expect, it } from 'vitest';
import { bridgeCommand } from '../../../../src/adapters/mcp/server-entry.ts';
import { passedVariables, presetCommand, presets } from '../../../../src/agents.ts';
import { preset } from './preset.ts';

const prompt = '# Goal\nFix the flaky test';

/** For each preset the command line for read-only and for write access; PROMPT stands for the prompt. */
const commands: Record<string, { look: string; work: string; stdin: boolean }> = {
  claude: {
    look: 'claude -p --output-format stream-json --verbose --permission-mode plan --model m --effort high',
    work: 'claude -p --output-format stream-json --verbose --permission-mode acceptEdits --allowedTools Bash --model m --effort high',
    stdin: true,
  },
  codex: {
    look: 'codex exec --json --skip-git-repo-check --sandbox read-only --model m -c model_reasoning_effort="high"',
    work: 'codex exec --json --skip-git-repo-check --sandbox workspace-write --model m -c model_reasoning_effort="high"',
    stdin: true,
  },
  gemini: {
    look: 'gemini --output-format stream-json --skip-trust --approval-mode plan --model m --prompt PROMPT',
    work: 'gemini --output-format stream-json --skip-trust --approval-mode yolo --model m --prompt PROMPT',
    stdin: false,
  },
  opencode: {
    look: 'opencode run --format json --print-logs --log-level ERROR --agent plan --model m --variant high PROMPT',
    work: 'opencode run --format json --print-logs --log-level ERROR --auto --model m --variant high PROMPT',
    stdin: false,
  },
  pi: {
    look: 'pi -p --mode json --tools read,grep,find,ls --model m --thinking high PROMPT',
    work: 'pi -p --mode json --model m --thinking high PROMPT',
    stdin: false,
  },
  copilot: {
    look: 'copilot --output-format json --no-ask-user --allow-all-tools --deny-tool=write --deny-tool=shell --model=m --reasoning-effort=high -p PROMPT',
    work: 'copilot --output-format json --no-ask-user --allow-all-tools --model=m --reasoning-effort=high -p PROMPT',
    stdin: false,
  },
  qwen: {
    look: 'qwen --output-format stream-json --approval-mode plan --model m --prompt PROMPT',
    work: 'qwen --output-format stream-json --approval-mode yolo --model m --prompt PROMPT',
    stdin: false,
  },
  cline: {
    look: 'cline --json --plan --model m --thinking high PROMPT',
    work: 'cline --json --auto-approve true --model m --thinking high PROMPT',
    stdin: false,
  },
  goose: {
    look: 'goose run --quiet --output-format stream-json --instructions - --model m',
    work: 'goose run --quiet --output-format stream-json --instructions - --model m',
    stdin: true,
  },
  aider: {
    look: 'aider --yes-always --no-pretty --no-stream --no-auto-commits --no-dirty-commits --no-gitignore --no-check-update --no-show-release-notes --no-analytics --no-suggest-shell-commands --chat-mode ask --model m --reasoning-effort high --message PROMPT',
    work: 'aider --yes-always --no-pretty --no-stream --no-auto-commits --no-dirty-commits --no-gitignore --no-check-update --no-show-release-notes --no-analytics --no-suggest-shell-commands --model m --reasoning-effort high --message PROMPT',
    stdin: false,
  },
  amp: {
    look: 'amp --execute --stream-json --no-notifications --mode m',
    work: 'amp --execute --stream-json --no-notifications --dangerously-allow-all --mode m',
    stdin: true,
  },
};

describe('The presets', () => {
  it('are found by name, and each has a line in this test [R221]', () => {
    expect(Object.entries(presets).map(([name, { name: own }]) => [name, own])).toEqual(
      Object.keys(commands).map(name => [name, name]),
    );
  });

  it.each(
    Object.entries(commands),
  )('%s starts read-only or with write access, depending on the role [R221]', (name, expected) => {
    const of = (role: 'strategy' | 'review' | 'estimation' | 'apply' | 'execution' | 'fix' | 'conflict') =>
      presetCommand(preset(name), { role, prompt, model: 'm', effort: 'high' });
    const line = ({ argv }: { argv: string[] }) => argv.map(word => (word === prompt ? 'PROMPT' : word)).join(' ');
    for (const role of ['strategy', 'review', 'estimation', 'apply'] as const)
      expect(line(of(role))).toBe(expected.look);
    for (const role of ['execution', 'fix', 'conflict'] as const) expect(line(of(role))).toBe(expected.work);
    expect(of('execution').stdin).toBe(expected.stdin ? prompt : null);
  });

  it('put the arguments of an action before the prompt and after their own [R221]', () => {
    const { argv } = presetCommand(preset('gemini'), { role: 'fix', prompt, args: ['--debug'] });
    expect(argv.slice(-3)).toEqual(['--debug', '--prompt', prompt]);
  });

  it('forbid opencode commands and edits in roles that change nothing: its agent `plan` runs commands [R221]', () => {
    const { OPENCODE_PERMISSION = '' } = preset('opencode').lookEnvironment ?? {};
    expect(JSON.parse(OPENCODE_PERMISSION)).toEqual({ edit: 'deny', bash: 'deny' });
  });

  it('pass on the named variables only [R228]', () => {
    const host = { ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'b', OPENAI_API_KEY: 'c', NPM_TOKEN: 'd', AMP: 'e' };
    expect(passedVariables(preset('claude'), host)).toEqual({ ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'b' });
    expect(passedVariables(preset('codex'), host)).toEqual({ OPENAI_API_KEY: 'c' });
    expect(passedVariables(preset('amp'), host)).toEqual({});
  });
});

const toolUrl = 'http://127.0.0.1:4000/mcp';

it('[R238] [R246] gives Claude Code the tools of its task, and their token by the name of a variable', () => {
  const { argv } = presetCommand(preset('claude'), { role: 'strategy', prompt, toolUrl });
  expect(argv.slice(-4)).toEqual([
    '--mcp-config',
    `{"mcpServers":{"troupe":{"type":"http","url":"\${TROUPE_MCP_URL}","headers":{"Authorization":"Bearer \${TROUPE_MCP_TOKEN}"}}}}`,
    '--allowedTools',
    'mcp__troupe',
  ]);
  expect(presetCommand(preset('claude'), { role: 'fix', prompt }).argv).not.toContain('--mcp-config');
});

it('[R238] [R246] gives Qwen Code the program that forwards to the tools of its task, without their token', () => {
  const { argv } = presetCommand(preset('qwen'), { role: 'strategy', prompt, toolUrl });
  const { mcpServers } = JSON.parse(argv[argv.indexOf('--mcp-config') + 1] ?? '');
  expect(mcpServers.troupe).toEqual({ ...bridgeCommand(), trust: true, timeout: 86_400_000 });
  expect(presetCommand(preset('qwen'), { role: 'fix', prompt }).argv).not.toContain('--mcp-config');
});

it('[R238] [R246] gives GitHub Copilot CLI the tools of its task, and their token by the name of a variable', () => {
  const { argv } = presetCommand(preset('copilot'), { role: 'strategy', prompt, toolUrl });
  const { mcpServers } = JSON.parse(argv[argv.indexOf('--additional-mcp-config') + 1] ?? '');
  expect(mcpServers.troupe).toMatchObject({
    url: toolUrl,
    headers: { Authorization: `Bearer \${TROUPE_MCP_TOKEN}` },
    tools: ['*'],
  });
});

it('[R223] [R231] gives GitHub Copilot CLI the id of a new session, and a file for its usage', () => {
  const of = (choices: object) => presetCommand(preset('copilot'), { role: 'fix', prompt, ...choices }).argv;
  expect(of({ newSession: 'id', usageFile: '/u.json' }).slice(5, -2)).toEqual([
    '--session-id=id',
    '--usage-output-file',
    '/u.json',
  ]);
  expect(of({ session: 'id', usageFile: '/u.json' }).slice(5, -2)).toEqual([
    '--usage-output-file',
    '/u.json',
    '--resume=id',
  ]);
});

it('[R238] [R246] gives Codex the tools of its task, with leave to call them', () => {
  const { argv } = presetCommand(preset('codex'), { role: 'strategy', prompt, toolUrl });
  expect(argv.slice(-2)).toEqual([
    '-c',
    `mcp_servers.troupe={url="${toolUrl}",bearer_token_env_var="TROUPE_MCP_TOKEN",default_tools_approval_mode="approve",tool_timeout_sec=86400}`,
  ]);
  expect(presetCommand(preset('codex'), { role: 'fix', prompt }).argv.join(' ')).not.toContain('mcp');
});
