/** Bounds how long one transaction keeps others waiting. */
const maxGroupSize = 128;

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns a write of many things into one of a single thing: calls that are made in the same moment share a write, and so one sync of the
 * disk; while one is written the next group gathers. Items are written in the order of the calls.
 *
 * @param writeGroup answers one outcome per item, in order; an error is the error of the whole group.
 */
export function inGroups<Item, Outcome>(
  writeGroup: (items: readonly Item[]) => Promise<readonly Outcome[]>,
): (item: Item) => Promise<Outcome> {
  const waiting: Waiting<Item, Outcome>[] = [];
  let isBusy = false;

  const next = (): void => {
    isBusy = waiting.length > 0;
    // A turn of the event loop: everything that became ready together is there when it is over.
    if (isBusy) setImmediate(() => void settleGroup(writeGroup, waiting.splice(0, maxGroupSize)).then(next));
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isBusy) next();
    });
}

/** Never rejects: the outcome goes to those who wait. */
async function settleGroup<Item, Outcome>(
  writeGroup: (items: readonly Item[]) => Promise<readonly Outcome[]>,
  group: readonly Waiting<Item, Outcome>[],
): Promise<void> {
  try {
    const outcomes = await writeGroup(group.map(({ item }) => item));
    for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] as Outcome);
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
