/**
 * Requests to a model that the service refused, for an agent that is a program of Bun and tries again in silence. Bun loads a
 * file of Troupe before the program (`BUN_OPTIONS`, which it documents): the file prints a line on standard error for each answer with
 * status 429. An agent that is no program of Bun ignores the variable.
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import { retryEvent } from './failure-cause.ts';
import { amountAt, parseTypedLine, stringAt } from './json-line.ts';

const type = 'troupe_refused';

/**
 * The text of that file. It takes the variable away first, so that programs of Bun which the agent starts run as ever. Only the
 * requests of the AI SDK, which tries again, are those to a model.
 */
export const refusedRequestsSource = `
delete process.env.BUN_OPTIONS;
const secondsOf = headers => {
  const after = headers.get('retry-after');
  if (after === null) return null;
  const seconds = /^[\\d.]+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
  return seconds >= 0 ? seconds : null;
};
const print = (response, text) =>
  console.error(JSON.stringify({ type: '${type}', seconds: secondsOf(response.headers), text: text.slice(0, 2000) }));
globalThis.fetch = new Proxy(globalThis.fetch, {
  async apply(target, self, [url, options, ...rest]) {
    const response = await Reflect.apply(target, self, [url, options, ...rest]);
    const isOfModel = /\\bai-sdk\\//.test(new Headers(options?.headers).get('user-agent') ?? '');
    if (response.status === 429 && isOfModel)
      response.clone().text().then(text => print(response, text), () => print(response, ''));
    return response;
  },
});
`;

/** Returns a reader of these lines, which returns null for every other line. */
export function createRefusalReader(): (line: string) => AgentEvent[] | null {
  let attempt = 0;
  return line => {
    const parsed = parseTypedLine(line);
    if (parsed?.type !== type) return null;
    attempt += 1;
    const seconds = amountAt(parsed, 'seconds');
    const text = stringAt(parsed, 'text') ?? '';
    const message = /"message":\s*"([^"]+)"/.exec(text)?.[1] ?? 'the service answered with status 429';
    return [retryEvent({ message, status: 429, attempt, delayMs: seconds === null ? null : seconds * 1000 })];
  };
}
