const numberStart = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/;

export function isWholeNumber(token: string): boolean {
  return numberStart.exec(token)?.[0] === token;
}

/** The number without a tail that cannot end one, such as `-`, `.` or `e`; `undefined` when nothing is left. */
export function visibleNumber(token: string): number | undefined {
  const start = numberStart.exec(token)?.[0];
  return start === undefined ? undefined : Number(start);
}
