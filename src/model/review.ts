/** What a review of a result finds, and what the commit of a result says. */
import * as z from 'zod';

/** `blocking` must be fixed before the result may be applied; the others are for people to read. */
export const Severity = z.enum(['blocking', 'warning', 'note']);
export type Severity = z.infer<typeof Severity>;

/** One thing a reviewer has to say about a result. */
export const Finding = z.strictObject({
  severity: Severity.meta({ description: 'How serious it is. A blocking finding must be fixed.' }),
  path: z
    .string()
    .min(1)
    .max(512)
    .nullable()
    .default(null)
    .meta({
      description: 'File it is about, relative to the project. null: the result as a whole.',
      examples: ['src/a.ts'],
    }),
  line: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: 'Line, from 1. null: the whole file.', examples: [12] }),
  text: z
    .string()
    .refine(text => text.trim() !== '', 'a finding says what it is about')
    .meta({ description: 'What is wrong.', examples: ['The error is swallowed'] }),
});
export type Finding = z.infer<typeof Finding>;

/** Findings that a result must not be applied with. */
export function blockingFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'blocking');
}

/** `src/a.ts:12`, `src/a.ts`, or `the result`. */
export function findingLocation({ path, line }: Pick<Finding, 'path' | 'line'>): string {
  if (path === null) return 'the result';
  return line === null ? path : `${path}:${line}`;
}

/** One line that says a finding whole: `blocking src/a.ts:12: …`. */
export function formatFinding(finding: Finding): string {
  return `${finding.severity} ${findingLocation(finding)}: ${finding.text.trim().replace(/\s+/g, ' ')}`;
}

/** The message of the commit that applies a result: one line, and what is below it. */
export const CommitMessage = z.strictObject({
  subject: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\r\n]*$/, 'a subject is one line')
    .meta({ description: 'First line.', examples: ['Add the docs of the API'] }),
  body: z
    .string()
    .max(20_000)
    .trim()
    .default('')
    .meta({ description: 'Text below it.', examples: ['They were missing since 1.0.'] }),
});
export type CommitMessage = z.infer<typeof CommitMessage>;
