import * as z from 'zod';

const dollars = z.number().min(0);

/** What a model costs, in US dollars of a million tokens. */
export const ModelPrice = z.strictObject({
  input: dollars.meta({ description: 'Tokens that the model reads.', examples: [3] }),
  output: dollars.meta({ description: 'Tokens that the model writes.', examples: [15] }),
  cacheRead: dollars
    .optional()
    .meta({ description: 'Tokens read from the cache. Left out: as `input`.', examples: [0.3] }),
  cacheWrite: dollars
    .optional()
    .meta({ description: 'Tokens written to the cache. Left out: as `input`.', examples: [3.75] }),
});
export type ModelPrice = z.infer<typeof ModelPrice>;

/** Prices by the name of the model, as the agent calls it. */
export const PriceTable = z.record(z.string().min(1), ModelPrice);
export type PriceTable = z.infer<typeof PriceTable>;

/** Returns the price of a model; undefined if the table has none, or for no model. */
export function findPrice(prices: PriceTable, model: string | null | undefined): ModelPrice | undefined {
  return model != null && Object.hasOwn(prices, model) ? prices[model] : undefined;
}

/** Tokens by what they cost. No token is in two of the counts. */
export interface TokenCounts {
  /** Read by the model, and not from the cache. */
  input: number;
  cacheRead: number;
  cacheWrite: number;
  /** Written by the model, its thoughts included. */
  output: number;
}

/** Returns the cost of tokens in US dollars. */
export function calculateCost({ input, cacheRead, cacheWrite, output }: TokenCounts, price: ModelPrice): number {
  const read = input * price.input + cacheRead * (price.cacheRead ?? price.input);
  const written = cacheWrite * (price.cacheWrite ?? price.input) + output * price.output;
  return (read + written) / 1e6;
}
