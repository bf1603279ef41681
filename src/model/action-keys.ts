import * as z from 'zod';
import { Action } from './action.ts';

/** One key of an action file, as you write it. */
export interface ActionKey {
  /** Path of the key: `validations[].name` is a key of each list entry, `arguments.*.type` of each map entry. */
  key: string;
  type: string;
  required: boolean;
  /** As JSON; null without a default. */
  default: string | null;
  description: string;
  /** The kinds of map that have the key; empty when every kind has it. */
  kinds: string[];
  /** An example value as JSON; null when its own keys are the example. */
  example: string | null;
}

/** A group of keys: of an action, of an agent described in place, or of a step of a `steps` agent. */
export interface ActionKeySection {
  name: string;
  keys: ActionKey[];
}

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  default?: unknown;
  description?: string;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Returns every key of an action file, derived from the schema that reads it. */
export function actionKeys(): ActionKeySection[] {
  const { $defs = {}, ...action } = z.toJSONSchema(Action, { io: 'input' }) as Schema;
  return Object.entries({ action, ...$defs }).map(([name, schema]) => ({ name, keys: keysOf(schema, '') }));
}

/** A key in one variant of its parent. */
interface Occurrence {
  schema: Schema;
  required: boolean;
  /** The `kind` of that variant, if it has one. */
  kind: unknown;
}

/** Returns the keys inside `schema`, which is at `path`. */
function keysOf(schema: Schema, path: string): ActionKey[] {
  const variants = variantsOf(schema);
  const found = new Map<string, Occurrence[]>();
  for (const { properties = {}, required = [] } of variants) {
    for (const [name, property] of Object.entries(properties)) {
      const occurrence = { schema: property, required: required.includes(name), kind: properties.kind?.const };
      found.set(name, [...(found.get(name) ?? []), occurrence]);
    }
  }
  const maps = variants.filter(({ properties }) => properties !== undefined).length;
  const own = [...found].flatMap(([name, occurrences]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const [first] = occurrences;
    const inner = first === undefined ? [] : keysOf(first.schema, key);
    return [entry(key, occurrences, maps), ...inner];
  });
  const below = variants.flatMap(({ items, additionalProperties: values }) => [
    ...(items === undefined ? [] : keysOf(items, `${path}[]`)),
    ...(typeof values === 'object' ? keysOf(values, `${path}.*`) : []),
  ]);
  return [...own, ...below];
}

/** `variants`: number of kinds of map the key's parent can be; a key that only some of them have is not required. */
function entry(key: string, occurrences: Occurrence[], variants: number): ActionKey {
  const schemas = occurrences.map(({ schema }) => schema);
  const standard = schemas[0]?.default;
  const [only] = schemas;
  const kinds = occurrences.flatMap(({ kind }) => (typeof kind === 'string' ? [kind] : []));
  return {
    key,
    type: [...new Set(schemas.map(typeOf))].join(' or '),
    required: occurrences.length === variants && occurrences.every(({ required }) => required),
    default: standard === undefined ? null : JSON.stringify(standard),
    description: describe(occurrences),
    kinds: occurrences.length < variants ? kinds : [],
    example: only === undefined ? null : exampleOf(only),
  };
}

function describe(occurrences: Occurrence[]): string {
  const [first] = occurrences;
  if (first?.schema.const === undefined) return first?.schema.description ?? '';
  return occurrences.map(({ schema }) => `\`${String(schema.const)}\`: ${schema.description ?? ''}`).join(' ');
}

function exampleOf(schema: Schema): string | null {
  const given = schema.examples?.[0];
  if (given !== undefined) return JSON.stringify(given);
  const { default: standard } = schema;
  if (schema.type === 'boolean') return JSON.stringify(standard !== true);
  const choices = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const other = choices.find(choice => choice !== standard);
  return other === undefined ? null : JSON.stringify(other);
}

function variantsOf(schema: Schema): Schema[] {
  return (schema.anyOf ?? schema.oneOf)?.flatMap(variantsOf) ?? [schema];
}

function typeOf(schema: Schema): string {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(' or ');
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'any' : typeOf(schema.items)}`;
  if (schema.type === 'object') return mapTypeOf(schema);
  return `${schema.type ?? 'any'}${rangeOf(schema)}`;
}

const mapTypeOf = ({ additionalProperties: values }: Schema): string =>
  typeof values === 'object' && Object.keys(values).length > 0 ? `map of ${typeOf(values)}` : 'map';

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const least = minimum ?? exclusiveMinimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined || least === Number.MIN_SAFE_INTEGER) return most === undefined ? '' : `, at most ${most}`;
  if (exclusiveMinimum !== undefined && most === undefined) return `, above ${least}`;
  return most === undefined
    ? `, at least ${least}`
    : `, ${exclusiveMinimum === undefined ? '' : 'above '}${least} to ${most}`;
}
