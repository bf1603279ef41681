// Stands in for a language model: answers in the format of local servers (chat completions, streamed), and plans one subplan for
// each module that it sees.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
  role: string;
  content?: string;
}
interface Call {
  name: string;
  input: object;
}

export async function startStubModel(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { messages } = JSON.parse(text) as { messages: Message[] };
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(answerTo(messages)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** First it looks, then it plans, and then it is done. */
function answerTo(messages: readonly Message[]): Call[] | string {
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  if (turn === 0) return [{ name: 'list', input: { path: 'src' } }];
  if (turn > 1) return 'One subplan for each module.';
  const listed = messages.findLast(({ role }) => role === 'tool')?.content ?? '';
  const names = [...listed.matchAll(/"src\/(\w+)\.js"/g)].map(match => match[1]);
  const decision = {
    question: 'How are the pages divided?',
    choose: `One subplan for each of ${names.length} modules`,
    confidence: 0.9,
  };
  const subplans = names.map(name => ({
    name: 'plan_subplan',
    input: { goal: `Write docs/${name}.md`, resourceScopes: [`docs/${name}.md`] },
  }));
  return [{ name: 'decide', input: decision }, ...subplans];
}

function streamOf(answer: Call[] | string): string {
  const chunk = (delta: object, end: string | null = null) => ({
    ...{ id: 'chat', object: 'chat.completion.chunk', created: 0, model: 'stub' },
    choices: [{ index: 0, delta, finish_reason: end }],
  });
  const isText = typeof answer === 'string';
  const calls = isText
    ? []
    : answer.map(({ name, input }, index) => ({
        ...{ index, id: `call-${index}`, type: 'function' },
        function: { name, arguments: JSON.stringify(input) },
      }));
  const events = [
    chunk(isText ? { content: answer } : { tool_calls: calls }),
    {
      ...chunk({}, isText ? 'stop' : 'tool_calls'),
      usage: { prompt_tokens: 1200, completion_tokens: 80, total_tokens: 1280 },
    },
  ];
  return [...events.map(each => JSON.stringify(each)), '[DONE]'].map(each => `data: ${each}\n\n`).join('');
}
