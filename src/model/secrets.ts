import { shownShapes } from './shown-shapes.ts';

/** Shapes of credentials that providers document, by name. High precision on purpose: a false alarm blocks a plan. */
const shapes: Record<string, RegExp> = {
  'private key': /-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY(?: BLOCK)?-----/,
  'AWS access key id': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b/,
  'GitLab token': /\bglpat-[A-Za-z0-9_-]{20,}\b/,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/,
  'Google API key': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'Stripe live key': /\b[rs]k_live_[0-9a-zA-Z]{24,}\b/,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/,
  'model provider key': /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b/,
};

const keyBlock = /-----BEGIN ([A-Z ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/;

/** The text with credentials replaced by their names, which are added to `found`. */
export function redact(text: string, found: Set<string>): string {
  let clean = text;
  for (const [name, shape] of Object.entries({ ...shapes, 'private key': keyBlock })) {
    clean = clean.replace(new RegExp(shape.source, 'g'), () => {
      found.add(name);
      return `[${name}]`;
    });
  }
  for (const [name, shape] of shownShapes) {
    clean = clean.replace(shape, () => {
      found.add(name);
      return `[${name}]`;
    });
  }
  return clean;
}

/** Something in a text that looks like a credential. The text itself is for comparing, never for telling. */
export interface FoundSecret {
  name: string;
  text: string;
}

/** The credentials a text seems to hold. */
export function secretsWithin(text: string): FoundSecret[] {
  return Object.entries(shapes).flatMap(([name, shape]) =>
    [...text.matchAll(new RegExp(shape.source, 'g'))].map(([found]) => ({ name, text: found })),
  );
}
