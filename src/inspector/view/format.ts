/** Formats the local time of day with milliseconds. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Shortens the long names of XState's own events. */
export function eventLabel(event: string): string {
  if (event === '') return 'always';
  const [, what, about] = /^xstate\.(done\.actor|error\.actor|done\.state|after|snapshot)\.(.+)$/.exec(event) ?? [];
  if (what === undefined || about === undefined) return event;
  if (what === 'after') return `after ${about.split('.')[0]}`;
  return `${what.split('.')[0]} ${about.replace(/^\d+\./, '')}`;
}

/** The end of an id, which is the part that differs. */
export const idTail = (id: string): string => id.slice(-8);

/** Formats a plain value on one line. */
export function toOneLine(value: unknown, max = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
