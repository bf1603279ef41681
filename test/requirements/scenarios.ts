import type { TaggedTest } from './titles.ts';

/** Every scenario of a feature file with its own `@R…` tags and those of the feature and rule around it. */
export function taggedScenarios(feature: string): TaggedTest[] {
  const found: TaggedTest[] = [];
  let waiting: string[] = [];
  let ofFeature: string[] = [];
  let ofRule: string[] = [];
  for (const line of feature.split('\n').map(text => text.trim())) {
    if (line.startsWith('@')) waiting.push(...[...line.matchAll(/@(R\d+)\b/g)].map(([, id = '']) => id));
    const heading = /^(Feature|Rule|Scenario Outline|Scenario|Example): *(.*)$/.exec(line);
    if (heading === null) continue;
    const [, kind, title = ''] = heading;
    if (kind === 'Feature') ofFeature = waiting;
    else if (kind === 'Rule') ofRule = waiting;
    else found.push({ title, ids: [...new Set([...ofFeature, ...ofRule, ...waiting])] });
    waiting = [];
  }
  return found.filter(({ ids }) => ids.length > 0);
}
