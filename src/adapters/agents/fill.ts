type Values = Readonly<Record<string, unknown>>;

/** Fills `{{name}}` with the value of that name. A name that is not known stands as it is. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{\{\s*([a-zA-Z][a-zA-Z0-9_]*)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** The same for a word of a command, where `{prompt}` and `{goal}` serve as well. What is filled in is not looked at again. */
export function fillWord(word: string, values: Values & { prompt: string; goal: string }): string {
  return word
    .split(/(\{\{[^{}]*\}\}|\{(?:prompt|goal)\})/)
    .map(part => (part === '{prompt}' ? values.prompt : part === '{goal}' ? values.goal : fill(part, values)))
    .join('');
}
