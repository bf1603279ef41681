import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { presets } from '../../src/agents.ts';
import { AgentSpec } from '../../src/model/agent.ts';
import { agentPage } from './agent-page.ts';

const folder = fileURLToPath(new URL('../../docs/agents/', import.meta.url));

describe('The agent pages', () => {
  test('exist for each preset, for models and for agents of your own, and the index links to each [R249]', () => {
    const names = [...Object.keys(presets), 'llm', 'own'];
    expect(readdirSync(folder).sort()).toEqual([...names.map(name => `${name}.md`), 'README.md'].sort());
    const index = readFileSync(`${folder}README.md`, 'utf8');
    expect([...index.matchAll(/\]\((\w+)\.md\)/g)].map(([, name]) => name)).toEqual(names);
  });

  test.each(Object.entries(presets))('match the preset of %s [R249]', async (name, preset) => {
    const page = agentPage(preset);
    await expect(page).toMatchFileSnapshot(`${folder}${name}.md`);
    const [, action = ''] = /^```yaml agent\n(.*?)^```/ms.exec(page) ?? [];
    expect(AgentSpec.parse(parse(action))).toMatchObject({ kind: 'preset', agent: name });
  });
});
