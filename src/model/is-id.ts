/** A ULID. Apart from the schema, because commands that only read plans do not load zod. */
export const idPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export const isId = (text: string): boolean => idPattern.test(text);
