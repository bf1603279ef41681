// A stand-in for Claude Code: takes its arguments, prints its stream of JSON, and works on goals made of the words
// "write FILE" (and "write FILE saying TEXT"). What else it does is asked for in the goal or by the key it is given.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const argv = process.argv.slice(2);
const optionOf = flag => argv[argv.indexOf(flag) + 1];
if (argv[0] === '--version') {
  process.stdout.write('2.1.197 (Claude Code)\n');
  process.exit(0);
}
for (const flag of ['-p', '--verbose']) if (!argv.includes(flag)) fail(`error: ${flag} is missing`);
if (optionOf('--output-format') !== 'stream-json') fail('error: --output-format stream-json is missing');

const prompt = readFileSync(0, 'utf8');
// A session is found only from the folder it began in.
const memory = join(
  process.env.HOME,
  `.session-${createHash('sha256').update(process.cwd()).digest('hex').slice(0, 12)}`,
);
const isResumed = argv.includes('--resume');
if (isResumed && !existsSync(memory)) fail(`No conversation found with session ID: ${optionOf('--resume')}`);
const conversation = `${isResumed ? readFileSync(memory, 'utf8') : ''}${prompt}`;
writeFileSync(memory, conversation);
const goal = /# Goal\n(.*)/.exec(conversation)?.[1] ?? '';
const session = 'c0ffee00-0000-4000-8000-000000000000';
const mode = optionOf('--permission-mode');
const model = argv.includes('--model') ? optionOf('--model') : 'claude-stub';
let messages = 0;

print({ type: 'system', subtype: 'init', cwd: process.cwd(), session_id: session, model, permissionMode: mode });
if (process.env.ANTHROPIC_API_KEY === 'wrong') refuse(401, 'Invalid API key · Please run /login');
if (process.env.ANTHROPIC_API_KEY === 'limited') refuse(429, 'rate limit reached. Please try again in 20s.');
if (conversation.includes('"subplan"')) plan();
else if (prompt.includes('the one word "ready"')) done('ready');
else work();

/** Splits at "and": each part is a subplan. Its first answer is malformed where the goal says so. */
function plan() {
  const parts = goal.split(/,? and /).filter(part => part.includes('write '));
  say(`I looked at the project: ${parts.length} parts.`);
  if (goal.includes('clumsily') && !prompt.includes('# Problem')) {
    say('{"subplan": {"key": "a", "goal": ');
    return done('Planned');
  }
  const lines = parts.map(part => JSON.stringify({ subplan: { goal: part, resourceScopes: filesIn(part) } }));
  if (parts.length > 1) say(`Here is the plan.\n\n${lines.join('\n')}`);
  done('Planned');
}

function work() {
  const files = [...filesIn(goal), ...(isResumed && prompt.includes('# Problem') ? ['mended.txt'] : [])];
  if (mode === 'plan' || files.length === 0) return done('There is nothing to do.');
  for (const file of files) {
    const path = resolve(file);
    use('Write', { file_path: path, content: `${goal}\n` });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${goal}\n`);
  }
  use('Bash', { command: 'npm test' });
  done(`Wrote ${files.join(' and ')}.`);
}

function filesIn(text) {
  return [...text.matchAll(/write (\S+)/g)].map(([, file]) => file);
}

function message(block) {
  messages += 1;
  const usage = {
    input_tokens: 1000,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 300,
    output_tokens: 1,
  };
  const assistantMessage = {
    id: `msg_${messages}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [block],
    usage,
  };
  print({ type: 'assistant', message: assistantMessage, parent_tool_use_id: null, session_id: session });
}

function say(text) {
  message({ type: 'text', text });
}

function use(name, input) {
  const id = `call_${messages}`;
  message({ type: 'tool_use', id, name, input });
  const content = [{ tool_use_id: id, type: 'tool_result', content: 'done' }];
  print({ type: 'user', message: { role: 'user', content }, session_id: session });
}

function done(result) {
  say(result);
  const usage = {
    input_tokens: 1000 * messages,
    cache_creation_input_tokens: 200 * messages,
    cache_read_input_tokens: 300 * messages,
    output_tokens: 50 * messages,
  };
  const cost = { total_cost_usd: 0.01 * messages, usage, num_turns: messages, permission_denials: [] };
  print({ type: 'result', subtype: 'success', is_error: false, result, session_id: session, ...cost });
}

function refuse(status, words) {
  const error = status === 429 ? 'rate_limit' : 'authentication_failed';
  const retry = { attempt: 1, max_retries: Number(process.env.CLAUDE_CODE_MAX_RETRIES ?? 10), retry_delay_ms: 500 };
  print({ type: 'system', subtype: 'api_retry', ...retry, error_status: status, error, session_id: session });
  const result = `API Error: ${status} ${words}`;
  print({ type: 'result', subtype: 'success', is_error: true, api_error_status: status, result, session_id: session });
  process.exit(1);
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function fail(words) {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}
