import type { ClaimCondition } from '../../storage/identity-providers.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The value of a claim: the claim of that very name, else what the dotted path leads to. */
export function claimOf(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>(step, claims);
}

function step(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Claims)[name]
    : undefined;
}

/** Whether a claim is as the condition wants it. Numbers and booleans count as their text; lists and objects never match. */
export function holds({ claim, match, value: wanted }: ClaimCondition, claims: Claims): boolean {
  const value = claimOf(claims, claim);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return match === 'equals' ? String(value) === wanted : String(value).startsWith(wanted);
}
