import * as z from 'zod';

/** Reserved namespaces: Troupe's, and those of model providers. */
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

/** `[[server:]namespace/]name`; without a namespace it means `local/`. Every kind of entity uses it. */
export const Name = z
  .string()
  .max(200)
  .regex(pattern, 'a name is [[server:]namespace/]name, each part a letter followed by letters, digits, _ or -')
  .refine(name => !reserved.has(namespaceOf(name)), 'that namespace is reserved');

export type Name = z.infer<typeof Name>;

/** The name of a project in one plan: a name with one part, and the folder of its files when there are several. */
export const Alias = z
  .string()
  .max(200)
  .regex(new RegExp(`^${part}$`), 'a letter, then letters, digits, _ or -');

function namespaceOf(name: string): string {
  return (pattern.exec(name)?.[2] ?? 'local').toLowerCase();
}
