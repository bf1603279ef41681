/** Files with more keys than the calling thread merges. */
export interface LargeMerge {
  base: Buffer;
  ours: Buffer;
  theirs: Buffer;
}

const count = 20_000;

function sides(line: (index: number, value: string) => string, around: (lines: string[]) => string): LargeMerge {
  const text = (change: number, value: string) =>
    Buffer.from(around(Array.from({ length: count }, (_, i) => line(i, i === change ? value : 'value'))));
  return { base: text(-1, ''), ours: text(10, 'ours'), theirs: text(count - 10, 'theirs') };
}

/** 0.6 MB of JSON that each side changed in a different place. */
export const largeJson = (): LargeMerge =>
  sides(
    (index, value) => `  "some key ${index}": "${value}"`,
    lines => `{\n${lines.join(',\n')}\n}\n`,
  );

/** 0.6 MB of YAML with one anchor, which only a complete YAML parser reads. */
export const largeYaml = (): LargeMerge =>
  sides(
    (index, value) => `some key ${index}: "${value}"\n`,
    lines => `first: &anchor 1\n${lines.join('')}last: *anchor\n`,
  );
