import type { z } from 'zod';

/** Returns the keys a schema accepts at `path`, in all its alternatives. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): Set<string> {
  const [step, ...rest] = path;
  const keys = new Set<string>();
  for (const alternative of alternatives(schema)) {
    const { def } = alternative._zod;
    if (def.type === 'object') {
      if (step === undefined) for (const key of Object.keys(def.shape)) keys.add(key);
      else if (typeof step === 'string' && def.shape[step] !== undefined) add(keys, keysAt(def.shape[step], rest));
    } else if (def.type === 'array' && step !== undefined) {
      add(keys, keysAt(def.element, rest));
    } else if (def.type === 'record' && step !== undefined) {
      add(keys, keysAt(def.valueType, rest));
    }
  }
  return keys;
}

/** Returns the schemas behind defaults, optionals and unions. */
function alternatives(schema: z.core.$ZodType): z.core.$ZodTypes[] {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'nullable':
    case 'optional':
      return alternatives(def.innerType);
    case 'union':
      return def.options.flatMap(alternatives);
    case 'lazy':
      return alternatives(def.getter());
    case 'pipe':
      return alternatives(def.in);
    default:
      return [known];
  }
}

function add(keys: Set<string>, more: Set<string>): void {
  for (const key of more) keys.add(key);
}
