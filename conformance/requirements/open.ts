/** Clauses that no test proves, with the reason. The gate prints them, and fails as soon as a test proves one. */
export const openClauses: Readonly<Record<string, string>> = {};
