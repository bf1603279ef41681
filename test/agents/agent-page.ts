import { type AgentPreset, presetCommand } from '../../src/agents.ts';

/** Notes that only some agents need. */
const notes: Readonly<Record<string, readonly string[]>> = {
  claude: [
    'Troupe sets `CLAUDE_CODE_MAX_RETRIES=1`: without it Claude Code retries a rate limit or a wrong key ten times.',
    'It reports its cost at the end of a run: of a run that was stopped or killed only the tokens count.',
    'As root, for example in a container, Claude Code refuses `--dangerously-skip-permissions`.',
    'For its decisions Troupe also gives it `--mcp-config` and `--allowedTools mcp__troupe`: [tools of its task](../reference/agents.md#command).',
    'Troupe lets it wait for MCP servers (`MCP_CONNECTION_NONBLOCKING=0`), yours included, for up to a minute before it asks its model: without this it does not wait, and on a busy machine the model did not know the tools.',
    'Your own hooks, `CLAUDE.md` and MCP servers apply in the sandbox too. To leave them out: `args: [--setting-sources, "", --strict-mcp-config]`.',
  ],
  codex: [
    'Codex reports the tokens of the whole thread at the end of a turn; Troupe counts the difference. Of a run that was stopped or killed nothing counts at first; when its session goes on, the total has what Codex recorded of that run. It reports no cost: limit `budget.tokens`, or write [the price of its model](README.md#prices).',
    'Its own sandbox permits changes in the working folder only, and no network access.',
    'For its decisions Troupe also gives it an MCP server, `-c mcp_servers.troupe=…`: [tools of its task](../reference/agents.md#command). It may call them without asking; other MCP servers of yours need an approval that a run without a terminal cannot give.',
  ],
  gemini: [
    'It reports its tokens at the end of a run: of a run that was stopped or killed nothing counts.',
    'Gemini CLI reports no cost: limit `budget.tokens`, or write [the price of its model](README.md#prices).',
    'It retries a rate limit ten times, and reports that on standard error only. Troupe ends it at the first, or at the second after a delay of at most 5 s.',
    'Without `model` it first asks a model which model to use, which can take a minute.',
    'As a preset it prints its decisions and gets no tools. As `{ kind: acp, argv: [gemini, --acp, --skip-trust] }` it gets [the tools of its task](../reference/agents.md#acp) and your MCP servers; its variables then need `--env`.',
  ],
  opencode: [
    'opencode takes up to a minute to start.',
    'Its agent `plan` may run commands. For roles that change nothing Troupe therefore sets `OPENCODE_PERMISSION`, which forbids commands and edits.',
    'Name the model with its provider: `model: anthropic/claude-sonnet-4-5`.',
    'For its decisions Troupe also gives it an MCP server in `OPENCODE_CONFIG_CONTENT`: [tools of its task](../reference/agents.md#command). If you pass that variable yourself, yours counts. Sometimes, in 2 of 24 runs on a busy machine, opencode asks its model before it has read the list of tools; the model then prints its decisions, as the prompt says.',
  ],
  pi: [
    'pi has no permission prompts: it runs every tool that it has.',
    'Its library retries a rate limit in silence. Troupe sets `OPENAI_LOG=info` and `ANTHROPIC_LOG=info`, reads each retry in its log, and ends it at the first; libraries of other providers have no such log.',
  ],
  copilot: [
    'It writes its tokens at the end of a run, with those of its whole session; Troupe counts the difference. Of a run that was stopped or killed nothing counts until its session goes on. It reports no cost: limit `budget.tokens`, or write [the price of its model](README.md#prices).',
    'For its decisions Troupe also gives it an MCP server with `--additional-mcp-config`: [tools of its task](../reference/agents.md#command).',
    'It was tried with a model provider of its own (`COPILOT_PROVIDER_BASE_URL`), not with an account of GitHub.',
  ],
  qwen: [
    'Qwen Code reports no cost: limit `budget.tokens`, or write [the price of its model](README.md#prices).',
    'For its decisions Troupe also gives it an MCP server with `--mcp-config`: [tools of its task](../reference/agents.md#command). Its model finds them by searching for tools.',
    'Its library retries a rate limit in silence. Troupe sets `OPENAI_LOG=info` and `ANTHROPIC_LOG=info`, reads each retry in its log, and ends it at the first; libraries of other providers have no such log.',
  ],
  cline: [
    'Name the provider with `args: [--provider, NAME]`.',
    'With `--json` it neither says which session it has nor continues one, so a fix and a run after a crash begin a new one.',
    'As a preset it prints its decisions and gets no tools: it reads MCP servers from its own settings only.',
    'It retries a rate limit five times in silence, each time after as long as the service says. Its program is compiled by Bun: Troupe sets `BUN_OPTIONS`, with which Bun loads a file before it that prints the first such answer, and ends the run there, so that the plan waits. A `BUN_OPTIONS` in `env` of the action stays as it is: the plan then waits only after the last retry, 102 s with 20 s each.',
    'It runs without its background server (`CLINE_SESSION_BACKEND_MODE=local`).',
    'It was tried with a model provider of its own, not with an account of Cline.',
  ],
  goose: [
    'goose needs a provider and a model, from `goose configure` or from `GOOSE_PROVIDER` and `GOOSE_MODEL`.',
    'As a strategist or reviewer goose runs with `GOOSE_MODE=chat`: it then calls no tools and sees only the prompt.',
  ],
  aider: [
    'aider edits files that its repository map or the prompt names.',
    'Troupe turns its own commits off, so that the result is one commit.',
  ],
  amp: [
    'Amp has no read-only mode: as a strategist or reviewer it runs without `--dangerously-allow-all`.',
    '`model` is the mode of Amp, such as `smart`.',
  ],
};

const shown = (words: readonly string[]) => words.map(word => (/[\s"'{}]/.test(word) ? `'${word}'` : word)).join(' ');

/** The page of a preset in `docs/agents`, generated from the preset. */
export function agentPage(preset: AgentPreset): string {
  const { name, title, homepage, tried } = preset;
  const lines = [
    `# ${title}`,
    '',
    '```sh',
    `troupe run "fix the flaky test" --agent ${name}`,
    '```',
    '',
    tried === null
      ? `Written from its documentation; not yet tried with the real program. Homepage: <${homepage}>`
      : `Tried with version ${tried}. Homepage: <${homepage}>`,
    '',
    ...signInSection(preset),
    '## In an action',
    '',
    '```yaml agent',
    'kind: preset',
    `agent: ${name}`,
    ...(preset.effortArgs === null ? [] : ['effort: high']),
    'args: []',
    '```',
    '',
    `\`executionActor: ${name}\` is short for this without choices.`,
    '',
    ...permissionSection(preset),
    ...sessionSection(preset),
    ...limitSection(preset),
  ];
  return lines.join('\n');
}

function signInSection({ homepage, npmPackage, signIn, passes }: AgentPreset): string[] {
  const files = signIn.files.map(({ variable, folder, path }) => {
    const file = `\`~/${[folder, path].filter(part => part !== '').join('/')}\``;
    return variable === undefined ? file : `${file} (\`${variable}\`)`;
  });
  const variables = signIn.variables.map(variable => `\`${variable}\``);
  const found = [...variables, ...files].join(', ');
  return [
    '## Installing and signing in',
    '',
    ...(npmPackage === null
      ? [`Install it as <${homepage}> describes.`]
      : ['```sh', `npm install -g ${npmPackage}`, '```']),
    '',
    `Sign in: \`${signIn.command}\`.`,
    found === ''
      ? `\`troupe agent list\` cannot tell whether you have signed in.`
      : `\`troupe agent list\` looks whether one of these exists, and reads none of them: ${found}.`,
    ...(signIn.keychain ? ['The sign-in may also be in a keychain, where Troupe does not look.'] : []),
    '',
    `These environment variables of yours reach it: ${passes.map(each => `\`${each}\``).join(', ')}. Others need \`--env\`.`,
    '',
  ];
}

function permissionSection(preset: AgentPreset): string[] {
  const commandFor = (role: 'strategy' | 'execution') => {
    const { argv, stdin } = presetCommand(preset, { role, prompt: 'PROMPT' });
    return `${shown(argv)}${stdin === null ? '' : ' < PROMPT'}`;
  };
  return [
    '## Permissions',
    '',
    'Troupe starts it like this for work, fixes and conflicts:',
    '',
    '```text',
    commandFor('execution'),
    '```',
    '',
    'and like this for strategies, estimates, reviews and commit messages, which change nothing:',
    '',
    '```text',
    commandFor('strategy'),
    '```',
    '',
    `If it may do too little, add \`${preset.permissions}\` to \`args\`.`,
    '',
  ];
}

function sessionSection({ title, resume }: AgentPreset): string[] {
  return [
    '## Sessions',
    '',
    ...(resume === null
      ? [`Each run begins a session of its own: ${title} continues none, or does not report which it has.`]
      : [
          'A fix, another try, a strategy with your guidance and a run after a crash [continue its session](../reference/agents.md#sessions).',
          'You open the last one with the command that `troupe agent resume` prints:',
          '',
          '```text',
          `cd FOLDER && ${resume.open.join(' ').replace('{session}', 'ID')}`,
          '```',
        ]),
    '',
  ];
}

function limitSection({ name, reports }: AgentPreset): string[] {
  const reported = [reports.tokens ? 'tokens' : '', reports.usd ? 'cost' : '']
    .filter(word => word !== '')
    .join(' and ');
  return [
    '## Limits',
    '',
    `- It reports ${reported === '' ? 'neither tokens nor cost' : reported}.`,
    ...(notes[name] ?? []).map(note => `- ${note}`),
    '',
  ];
}
