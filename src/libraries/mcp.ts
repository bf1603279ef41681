export { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
export { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
