/**
 * Access control of the inspector: only the person who has its address, only from its own page.
 * - G1 an invitation works once; then a cookie that scripts cannot read is required;
 * - G2 requests with another host name (DNS rebinding) or from another origin are rejected;
 * - G3 secrets are 256 random bits, compared in constant time.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface AccessControl {
  /** Returns a secret that works once. */
  invitation(): string;
  /** For programs that send their machines' events; can be used repeatedly. */
  readonly receiverToken: string;
  /** Redeems an invitation; returns the cookie to set, or null when it is invalid or used. */
  accept(token: string): string | null;
  /** Returns why a request is rejected; null when it is allowed. */
  rejection(request: IncomingMessage): AccessRejection | null;
  hasCookie(request: IncomingMessage): boolean;
  isReceiverToken(token: string | null): boolean;
}

export interface AccessRejection {
  status: 403 | 421;
  message: string;
}

export function createAccessControl({ port }: { port: () => number }): AccessControl {
  const session = secret();
  const pass = secret();
  const invitations = new Set<string>();
  const cookieName = () => `troupe-inspector-${port()}`;
  const hosts = () => ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${port()}`);
  return {
    receiverToken: pass,
    invitation() {
      const token = secret();
      invitations.add(token);
      return token;
    },
    accept(token) {
      const known = [...invitations].find(invitation => same(invitation, token));
      if (known === undefined) return null;
      invitations.delete(known);
      return `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    rejection({ headers: { host, origin, 'sec-fetch-site': site } }) {
      if (host === undefined || !hosts().includes(host)) {
        return { status: 421, message: 'The inspector answers only under the address it was given.' };
      }
      const isForeign = origin !== undefined && origin !== `http://${host}`;
      if (isForeign || site === 'cross-site') {
        return { status: 403, message: 'The inspector does not speak to pages of other origins.' };
      }
      return null;
    },
    hasCookie({ headers }) {
      const cookies = (headers.cookie ?? '').split(/;\s*/).map(cookie => cookie.split('='));
      return cookies.some(([name, value = '']) => name === cookieName() && same(value, session));
    },
    isReceiverToken: token => token !== null && same(token, pass),
  };
}

const secret = () => randomBytes(32).toString('base64url');

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
