/** The formats of two APIs: of messages, and of chats. */
import { event, flat, halves, json, type Message, type Piece, since, type Wire, words } from './model-api.ts';

const errorTypes: Readonly<Record<number, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' };

export const anthropic: Wire = {
  read(body: { system?: Piece[]; messages: Message[]; tools?: { name: string }[] }) {
    const { messages, tools = [], system = [] } = body;
    return {
      system: flat(system),
      task: flat(messages[0]?.content),
      tools: tools.map(({ name }) => name),
      turn: messages.filter(({ role }) => role === 'assistant').length,
      results: since(messages, 'assistant').flatMap(({ content }) =>
        [content].flat().flatMap(piece => {
          const { type, content: result } = Object(piece) as Piece;
          return type === 'tool_result' ? [flat(result)] : [];
        }),
      ),
    };
  },
  write({ thought, text, calls = [], finish }, id) {
    const blocks = [
      ...(thought === undefined ? [] : [{ start: { type: 'thinking', thinking: '', signature: '' }, thought }]),
      ...(text === undefined ? [] : [{ start: { type: 'text', text: '' }, text }]),
      ...calls.map((call, at) => ({
        start: { type: 'tool_use', id: `toolu_${id}_${at}`, name: call.name, input: {} },
        call,
      })),
    ];
    const stop = { length: 'max_tokens', refusal: 'refusal', stop: 'end_turn' };
    const usage = {
      input_tokens: 1000,
      cache_creation_input_tokens: 200,
      cache_read_input_tokens: 300,
      output_tokens: 1,
    };
    const message = {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: 'stub',
      content: [],
      stop_reason: null,
    };
    const deltas = (block: (typeof blocks)[number]): object[] => {
      if ('text' in block) return words(block.text ?? '').map(word => ({ type: 'text_delta', text: word }));
      if ('call' in block)
        return halves(json(block.call.input)).map(part => ({ type: 'input_json_delta', partial_json: part }));
      return [
        { type: 'thinking_delta', thinking: block.thought },
        { type: 'signature_delta', signature: `signed ${block.thought}` },
      ];
    };
    const events: { type: string }[] = [
      { type: 'message_start', ...{ message: { ...message, stop_sequence: null, usage } } },
      ...blocks.flatMap((block, index) => [
        { type: 'content_block_start', ...{ index, content_block: block.start } },
        ...deltas(block).map(delta => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ]),
      {
        type: 'message_delta',
        ...{ delta: { stop_reason: stop[finish ?? 'stop'], stop_sequence: null }, usage: { output_tokens: 50 } },
      },
      { type: 'message_stop' },
    ];
    if (calls.length > 0 && finish === undefined)
      Object.assign(events.at(-2) as object, { delta: { stop_reason: 'tool_use', stop_sequence: null } });
    return events.map(each => `event: ${each.type}\n${event(each)}`);
  },
  whole: ({ text = '' }, id) => ({
    ...{ id: `msg_${id}`, type: 'message', role: 'assistant', model: 'stub', stop_reason: 'end_turn' },
    ...{ content: [{ type: 'text', text }], usage: { input_tokens: 1500, output_tokens: 50 } },
  }),
  error: (message, status) => ({
    type: 'error',
    error: { type: errorTypes[status] ?? 'api_error', message },
  }),
};

export const compatible: Wire = {
  read(body: { messages: Message[]; tools?: { function: { name: string } }[] }) {
    const { messages, tools = [] } = body;
    const of = (role: string) => messages.filter(each => each.role === role);
    return {
      system: flat(of('system')[0]?.content),
      task: flat(of('user')[0]?.content),
      tools: tools.map(each => each.function.name),
      turn: of('assistant').length,
      results: since(messages, 'assistant').flatMap(({ role, content }) => (role === 'tool' ? [flat(content)] : [])),
    };
  },
  write({ thought, text, calls = [], finish, inputTokens = 1500 }, id) {
    const base = { id: `chat_${id}`, object: 'chat.completion.chunk', created: 1, model: 'stub' };
    const choice = (delta: object, end: string | null = null) =>
      event({ ...base, choices: [{ index: 0, delta, finish_reason: end }] });
    const stop = { length: 'length', refusal: 'content_filter', stop: 'stop' };
    return [
      choice({ role: 'assistant', content: '' }),
      ...(thought === undefined ? [] : [choice({ reasoning_content: thought })]),
      ...words(text ?? '').map(word => choice({ content: word })),
      ...calls.flatMap(({ name, input }, index) => [
        choice({
          tool_calls: [{ index, id: `call_${id}_${index}`, type: 'function', function: { name, arguments: '' } }],
        }),
        ...halves(json(input)).map(part => choice({ tool_calls: [{ index, function: { arguments: part } }] })),
      ]),
      choice({}, finish === undefined && calls.length > 0 ? 'tool_calls' : stop[finish ?? 'stop']),
      event({
        ...{ ...base, choices: [] },
        usage: {
          ...{ prompt_tokens: inputTokens, completion_tokens: 50, total_tokens: inputTokens + 50 },
          prompt_tokens_details: { cached_tokens: 300 },
        },
      }),
      'data: [DONE]\n\n',
    ];
  },
  whole: ({ text = '' }, id) => ({
    ...{ id: `chat_${id}`, object: 'chat.completion', created: 1, model: 'stub' },
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1500, completion_tokens: 50, total_tokens: 1550 },
  }),
  error: message => ({ error: { message, type: 'error', code: null, param: null } }),
};
