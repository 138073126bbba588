import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';
import { roles } from './route.ts';

/** Lengths in characters. The password's least is that of NIST SP 800-63B for passwords alone, its most keeps hashing cheap. */
export const accountLimits = { email: 254, name: 100, passwordMin: 12, passwordMax: 256 } as const;

export const roleSchema = z.enum(roles);

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(accountLimits.email)
  .pipe(z.email({ error: 'Expected an email address such as ada@example.com' }));
const personName = z.string().trim().min(1, { error: 'Expected a name' }).max(accountLimits.name);
const newPassword = z
  .string()
  .min(accountLimits.passwordMin, { error: `Too short: expected at least ${accountLimits.passwordMin} characters` })
  .max(accountLimits.passwordMax, { error: `Too long: expected at most ${accountLimits.passwordMax} characters` });
/** Any text: whether it is the right one is not decided by its form. */
const knownPassword = z.string().min(1, { error: 'Required' }).max(accountLimits.passwordMax);
const linkToken = z.string().min(1).max(200).describe('What follows # in the link.');

/** Who is signed in, and the projects that are theirs. */
export const meSchema = z.object({
  account: z.object({ id: z.string(), email: z.string(), name: z.string(), createdAt: z.string() }),
  projects: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string(), role: roleSchema })),
});
export type Me = z.infer<typeof meSchema>;

/**
 * What a one-time link is for. `owner`: makes the first account of a server; `invite`: makes somebody a member of a project;
 * `reset`: sets a new password.
 */
export const linkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('owner'), expiresAt: z.string() }),
  z.object({ kind: z.literal('invite'), projectName: z.string(), role: roleSchema, expiresAt: z.string() }),
  z.object({ kind: z.literal('reset'), email: z.string(), expiresAt: z.string() }),
]);
export type Link = z.infer<typeof linkSchema>;

export const accountRoutes = {
  'POST /console/api/sign-in': {
    access: 'anyone',
    body: z.object({ email, password: knownPassword }),
    response: meSchema,
  },
  'POST /console/api/links/inspect': { access: 'anyone', body: z.object({ token: linkToken }), response: linkSchema },
  /** Uses up an `owner` or `invite` link: makes the account and signs in. */
  'POST /console/api/links/accept': {
    access: 'anyone',
    body: z.object({ token: linkToken, email, name: personName, password: newPassword }),
    response: meSchema,
  },
  /** Uses up a `reset` link: sets the password, ends all sign-ins and signs in. */
  'POST /console/api/links/reset': {
    access: 'anyone',
    body: z.object({ token: linkToken, password: newPassword }),
    response: meSchema,
  },
  /** Uses up an `invite` link for the account that is signed in. */
  'POST /console/api/links/join': { access: 'account', body: z.object({ token: linkToken }), response: meSchema },
  'GET /console/api/me': { access: 'account', response: meSchema },
  'PATCH /console/api/me': { access: 'account', body: z.object({ name: personName }), response: meSchema },
  /** Changes the password; every other sign-in of the account ends. */
  'POST /console/api/me/password': {
    access: 'account',
    body: z.object({ password: knownPassword, newPassword }),
    response: z.object({ changed: z.literal(true) }),
  },
  'POST /console/api/sign-out': { access: 'account', response: z.object({ signedOut: z.literal(true) }) },
  /** Ends every sign-in of the account, on all devices. */
  'POST /console/api/sign-out-everywhere': { access: 'account', response: z.object({ signedOut: z.literal(true) }) },
} as const satisfies ConsoleRoutes;
