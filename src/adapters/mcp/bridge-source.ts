/**
 * The program that an agent without HTTP starts to reach the tools of its task, as text for `node -e`: it then needs no file of its
 * own beside a bundle. It forwards JSON-RPC, one message a line, to the server that TROUPE_MCP_URL names, with the token in
 * TROUPE_MCP_TOKEN. It ends when its input does, which the kernel closes when the agent dies.
 */
export const bridgeSource = `
const { request } = require('node:http');
const { TROUPE_MCP_URL: url = '', TROUPE_MCP_TOKEN: token = '' } = process.env;
const headers = {
  authorization: 'Bearer ' + token,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const open = new Map();
const print = line => line !== '' && process.stdout.write(line + '\\n');
const answerError = (id, message) => {
  if (id !== undefined && open.delete(id)) print(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message } }));
};

function read(response, id) {
  const isStream = /^text\\/event-stream\\b/.test(response.headers['content-type'] ?? '');
  let text = '';
  response.setEncoding('utf8');
  response.on('data', chunk => {
    text += chunk;
    if (!isStream) return;
    const lines = text.split('\\n');
    text = lines.pop();
    for (const line of lines) if (line.startsWith('data:')) print(line.slice(5).trim());
  });
  response.on('error', error => answerError(id, error.message));
  response.on('end', () => {
    if (response.statusCode >= 400) return answerError(id, 'The tools of the task answered ' + response.statusCode);
    if (!isStream) print(text.trim());
    open.delete(id);
  });
}

function forward(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return print('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"This is not JSON"}}');
  }
  const { id, method, params } = message ?? {};
  if (method === 'notifications/cancelled') {
    // The end of the connection tells the server that the caller does not wait for the answer any more.
    const given = open.get(params?.requestId);
    open.delete(params?.requestId);
    given?.destroy();
  }
  const sent = request(url, { method: 'POST', headers }, response => read(response, id));
  if (id !== undefined) open.set(id, sent);
  sent.on('error', () => answerError(id, 'The task is over: its tools are not there any more'));
  sent.end(line);
}

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', chunk => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) if (line.trim() !== '') forward(line);
});
process.stdin.on('close', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
`;
