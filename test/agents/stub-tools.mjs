/** The tools that an agent was given for its task, found where the real agent finds them. */

/** Where the agent called `name` looks: in its arguments, or in its variables. */
const servers = {
  claude: ({ words, env }) => {
    const { url, headers } = JSON.parse(words[words.indexOf('--mcp-config') + 1]).mcpServers.troupe;
    const fill = text => text.replace(/\$\{(\w+)\}/g, (_, variable) => env[variable]);
    return { url: fill(url), authorization: fill(headers.Authorization) };
  },
  codex: ({ words, env }) => {
    const setting = words.find(word => word.startsWith('mcp_servers.troupe='));
    const value = key => new RegExp(`${key}="([^"]+)"`).exec(setting)?.[1];
    if (value('default_tools_approval_mode') !== 'approve') throw new Error('MCP tool call requires approval');
    return { url: value('url'), authorization: `Bearer ${env[value('bearer_token_env_var')]}` };
  },
  copilot: ({ words, env }) => {
    const { url, headers } = JSON.parse(words[words.indexOf('--additional-mcp-config') + 1]).mcpServers.troupe;
    return { url, authorization: headers.Authorization.replace(/\$\{(\w+)\}/, (_, variable) => env[variable]) };
  },
  opencode: ({ env }) => {
    const { url, headers } = JSON.parse(env.OPENCODE_CONFIG_CONTENT).mcp.troupe;
    const fill = text => text.replace(/\{env:(\w+)\}/g, (_, variable) => env[variable]);
    return { url: fill(url), authorization: fill(headers.Authorization) };
  },
};

/** Returns a function that calls a tool. */
export function findTools(name, words) {
  const { url, authorization } = servers[name]({ words, env: process.env });
  return async (tool, input) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: input } }),
    });
    const { result } = await response.json();
    if (result.isError) throw new Error(result.content[0].text);
  };
}
