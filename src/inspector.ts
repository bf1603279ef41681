/** `troupe/inspector`: a local page on live plans, and on the actors of any durable system. */
export { type Inspector, type InspectorOptions, serveInspector } from './inspector/inspect.ts';
