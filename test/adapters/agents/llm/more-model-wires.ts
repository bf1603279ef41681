/** The formats of two more APIs: of responses, and of contents. */
import { event, flat, halves, json, type Message, since, type Wire, words } from './model-api.ts';

type Item = Message & { id?: string };

/** A tool, or a group of them: the tools of an MCP server. They are known as `GROUP/TOOL` here. */
interface ToolEntry {
  name: string;
  tools?: { name: string }[];
}

const namesOf = ({ name, tools }: ToolEntry) => tools?.map(inner => `${name}/${inner.name}`) ?? [name];

/** Its answers are items of their own: messages, calls and thoughts. */
export const openai: Wire = {
  read(body: { input: Item[]; tools?: ToolEntry[] }) {
    const { input, tools = [] } = body;
    const isResult = ({ type }: Item) => type === 'function_call_output';
    const isTask = ({ role }: Item) => role === 'user';
    const answers = input.filter(
      (each, at) =>
        !isResult(each) &&
        at > input.findIndex(isTask) &&
        (at === 0 || isResult(input[at - 1] ?? {}) || isTask(input[at - 1] ?? {})) &&
        !isTask(each),
    );
    const end = input.findLastIndex(each => !isResult(each));
    return {
      system: flat(input.find(({ role }) => role === 'system' || role === 'developer')?.content),
      task: flat(input.find(isTask)?.content),
      tools: tools.flatMap(namesOf),
      turn: answers.length,
      results: input.slice(end + 1).map(({ output }) => flat(output)),
    };
  },
  write({ thought, text, calls = [], finish }, id) {
    const usage = {
      ...{ input_tokens: 1500, input_tokens_details: { cached_tokens: 300 }, total_tokens: 1550 },
      ...{ output_tokens: 50, output_tokens_details: { reasoning_tokens: 10 } },
    };
    const output = [
      ...(thought === undefined
        ? []
        : [{ type: 'reasoning', id: `rs_${id}`, summary: [], encrypted_content: `signed ${thought}` }]),
      ...(text === undefined
        ? []
        : [
            {
              ...{ type: 'message', id: `msg_${id}`, role: 'assistant' },
              content: [{ type: 'output_text', text, annotations: [] }],
            },
          ]),
      ...calls.map(({ name, input }, at) => ({
        ...{ type: 'function_call', id: `fc_${id}_${at}`, call_id: `call_${id}_${at}` },
        ...{ ...groupAndName(name), arguments: json(input), status: 'completed' },
      })),
    ];
    const response = { id: `resp_${id}`, object: 'response', created_at: 1, model: 'stub', service_tier: 'default' };
    const reason = { length: 'max_output_tokens', refusal: 'content_filter', stop: null }[finish ?? 'stop'];
    let sequence_number = 0;
    const send = (type: string, more: object) => event({ type, sequence_number: sequence_number++, ...more });
    const items = output.flatMap((item, output_index) => {
      const started = {
        ...item,
        ...('arguments' in item ? { arguments: '' } : 'content' in item ? { content: [] } : {}),
      };
      const item_id = item.id;
      const deltas =
        'arguments' in item
          ? halves(item.arguments).map(delta =>
              send('response.function_call_arguments.delta', { item_id, output_index, delta }),
            )
          : 'content' in item
            ? words(text ?? '').map(delta =>
                send('response.output_text.delta', { item_id, output_index, content_index: 0, delta }),
              )
            : [];
      return [
        send('response.output_item.added', { output_index, item: started }),
        ...deltas,
        send('response.output_item.done', { output_index, item }),
      ];
    });
    const end = reason === null ? 'response.completed' : 'response.incomplete';
    return [
      send('response.created', { response: { ...response, status: 'in_progress' } }),
      ...items,
      send(end, { response: { ...response, usage, incomplete_details: reason === null ? null : { reason } } }),
    ];
  },
  whole: ({ text = '' }, id) => ({
    ...{ id: `resp_${id}`, object: 'response', created_at: 1, model: 'stub', status: 'completed' },
    output: [
      {
        type: 'message',
        id: `msg_${id}`,
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: { input_tokens: 1500, output_tokens: 50, total_tokens: 1550 },
  }),
  error: message => ({ error: { message, type: 'error', code: null, param: null } }),
};

function groupAndName(tool: string): { name: string; namespace?: string } {
  const [namespace = '', name] = tool.split('/');
  return name === undefined ? { name: tool } : { name, namespace };
}

interface Declarations {
  functionDeclarations?: { name: string }[];
}

export const google: Wire = {
  read(body: { systemInstruction?: { parts: object[] }; contents: Message[]; tools?: Declarations | Declarations[] }) {
    const { contents, systemInstruction, tools = [] } = body;
    return {
      system: flat(systemInstruction?.parts),
      task: flat(contents[0]?.parts),
      tools: [tools].flat().flatMap(each => (each.functionDeclarations ?? []).map(({ name }) => name)),
      turn: contents.filter(({ role }) => role === 'model').length,
      results: since(contents, 'model').flatMap(({ parts = [] }) =>
        parts.flatMap(({ functionResponse }) => {
          if (functionResponse === undefined) return [];
          const { content, ...other } = functionResponse.response as { content?: unknown };
          return [flat(content ?? other)];
        }),
      ),
    };
  },
  write({ thought, text, calls = [], finish }) {
    const chunk = (part: object, more: object = {}) =>
      event({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...more }], modelVersion: 'stub' });
    const reason = { length: 'MAX_TOKENS', refusal: 'SAFETY', stop: 'STOP' }[finish ?? 'stop'];
    const usageMetadata = {
      ...{ promptTokenCount: 1500, cachedContentTokenCount: 300, candidatesTokenCount: 50, totalTokenCount: 1550 },
    };
    return [
      ...(thought === undefined
        ? []
        : [chunk({ text: thought, thought: true, thoughtSignature: `signed ${thought}` })]),
      ...words(text ?? '').map(word => chunk({ text: word })),
      ...calls.map(({ name, input }) =>
        chunk({ functionCall: { name, args: typeof input === 'string' ? {} : input } }),
      ),
      event({ candidates: [{ content: { role: 'model', parts: [] }, finishReason: reason, index: 0 }], usageMetadata }),
    ];
  },
  whole: ({ text = '' }) => ({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1500, candidatesTokenCount: 50, totalTokenCount: 1550 },
  }),
  error: (message, status) => ({ error: { code: status, message, status: 'FAILED' } }),
};
