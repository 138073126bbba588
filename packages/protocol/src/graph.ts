/**
 * Finds the circles in a graph of names: one per edge that closes a circle, each written from its first member.
 *
 * @param nodes every name, in the order that decides which member of a circle is its first.
 * @param edgesOf names that a name refers to; names that are no nodes are passed over.
 * @returns circles without the repeated end: `['a', 'b']` is a → b → a. Time is linear in nodes, edges and what is returned.
 */
export function findCircles(nodes: Iterable<string>, edgesOf: (node: string) => Iterable<string>): string[][] {
  const rank = new Map<string, number>();
  for (const node of nodes) rank.set(node, rank.size);
  const circles: string[][] = [];
  const path: string[] = [];
  const positions = new Map<string, number>();
  const done = new Set<string>();
  for (const node of rank.keys()) visit(node);
  return circles;

  function visit(node: string): void {
    if (done.has(node) || !rank.has(node)) return;
    positions.set(node, path.length);
    path.push(node);
    for (const next of new Set(edgesOf(node))) {
      const start = positions.get(next);
      if (start === undefined) visit(next);
      else circles.push(fromFirst(path.slice(start)));
    }
    path.pop();
    positions.delete(node);
    done.add(node);
  }

  function fromFirst(circle: string[]): string[] {
    const ranks = circle.map((node) => rank.get(node)!);
    const first = ranks.indexOf(Math.min(...ranks));
    return [...circle.slice(first), ...circle.slice(0, first)];
  }
}

/** `a → b → a`, for messages. Long circles are cut in the middle. */
export function circleText(circle: readonly string[]): string {
  const shown = circle.length <= 8 ? circle : [...circle.slice(0, 4), '…', ...circle.slice(-3)];
  return [...shown, circle[0]].join(' → ');
}
