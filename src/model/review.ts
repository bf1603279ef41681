/** Findings of a review, and the message of the commit that applies a result. */
import * as z from 'zod';

/** `blocking` must be fixed before the result may be applied; the others are informational. */
export const Severity = z.enum(['blocking', 'warning', 'note']);
export type Severity = z.infer<typeof Severity>;

/** One finding of a reviewer about a result. */
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

/** Returns the findings that block applying a result. */
export function blockingFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'blocking');
}

/** Returns `src/a.ts:12`, `src/a.ts`, or `the result`. */
export function findingLocation({ path, line }: Pick<Finding, 'path' | 'line'>): string {
  if (path === null) return 'the result';
  return line === null ? path : `${path}:${line}`;
}

/** Formats a finding as one line: `blocking src/a.ts:12: …`. */
export function formatFinding(finding: Finding): string {
  return `${finding.severity} ${findingLocation(finding)}: ${finding.text.trim().replace(/\s+/g, ' ')}`;
}

/** The message of the commit that applies a result: a subject line, and a body. */
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
