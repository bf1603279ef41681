import * as z from 'zod';

/** Namespaces nobody may claim: ours, and those of model providers. */
const reserved = new Set([
  'system',
  'internal',
  'admin',
  'root',
  'openai',
  'anthropic',
  'google',
  'mistral',
  'cohere',
  'meta',
  'azure',
  'aws',
  'xai',
  'deepseek',
]);

const part = '[a-zA-Z][a-zA-Z0-9_-]*';
const pattern = new RegExp(`^(?:(?:(${part}):)?(${part})/)?(${part})$`);

/** `[[server:]namespace/]name`; no namespace means `local/`. The one rule for every kind of entity. */
export const Name = z
  .string()
  .max(200)
  .regex(pattern, 'a name is [[server:]namespace/]name, each part a letter followed by letters, digits, _ or -')
  .refine(name => !reserved.has(namespaceOf(name)), 'that namespace is reserved');

export type Name = z.infer<typeof Name>;

/** A name of one part: what a project is called in a plan, and the folder of its files where there are several. */
export const Alias = z
  .string()
  .max(200)
  .regex(new RegExp(`^${part}$`), 'a letter, then letters, digits, _ or -');

/** The full name with its namespace, as typed. */
export function qualifyName(name: string): string {
  return name.includes('/') ? name : `local/${name}`;
}

/** The form under which a name is stored and looked up: names are kept as typed and compared without regard to case. */
export function nameKey(name: string): string {
  return qualifyName(name).toLowerCase();
}

function namespaceOf(name: string): string {
  return (pattern.exec(name)?.[2] ?? 'local').toLowerCase();
}
