export { type ClientApp, type ClientContext, client, RequestError, type Stream } from '@agentclientprotocol/sdk';
