/** Entry point `troupe/inspector`: serves a local page that shows live plans and the actors of any durable system. */
export { type Inspector, type InspectorOptions, serveInspector } from './inspector/inspect.ts';
