import type { Requirement } from '../requirements.ts';

/** Clauses of one document by section: `{ '1.1 Transport': { 'http.json.type': 'sentence' } }`. */
export type ClauseTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function toRequirements(document: string, table: ClauseTable): Requirement[] {
  return Object.entries(table).flatMap(([section, clauses]) =>
    Object.entries(clauses).map(([id, sentence]) => ({ id, source: `${document} ${section}`, sentence })),
  );
}
