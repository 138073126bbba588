const stopWords: ReadonlySet<string> = new Set(
  (
    'a an the and or but if then of to in on at by for from with about as into is are was were be been am do does did ' +
    'can could would should will shall may might must have has had it its this that these those there here i me my we us our ' +
    'you your he she they them his her their what which who whom when where why how please just also not no yes so any all ' +
    'some more most other such own same than too very hello hi hey thanks thank ok okay want need like let s t re ll ve d m ' +
    'many much user use used using given based via e g eg etc when whether'
  ).split(' '),
);

/** Verbs that half of all tools start with; alone they say little. */
const commonVerbs: ReadonlySet<string> = new Set(
  'get set list find fetch make create add update change show give tell run read write check do look lookup call'.split(
    ' ',
  ),
);

/** Telling words of a text in order, each in its simple form: `getOrderStatus` and `the status of orders` share two. */
export function tellingWords(text: string): string[] {
  return splitWords(text)
    .filter((word) => !stopWords.has(word))
    .map(simpleForm);
}

/** Runs of neighbouring telling words as they were written, without those whose simple form is in `ignored`: what a text is about. */
export function subjects(text: string, ignored: ReadonlySet<string>): string[] {
  const isTelling = (word: string) => {
    const lower = word.toLowerCase();
    return !stopWords.has(lower) && !commonVerbs.has(lower) && !ignored.has(simpleForm(lower));
  };
  const clauses = text.split(/[^\p{L}\p{N}\s'’-]+/u).map((clause) => clause.split(/\s+/).filter((word) => word !== ''));
  return clauses.flatMap((words) => runsOf(words, isTelling)).map((run) => run.join(' '));
}

function runsOf(words: readonly string[], belongs: (word: string) => boolean): string[][] {
  const runs: string[][] = [[]];
  for (const word of words) {
    if (belongs(word)) runs.at(-1)?.push(word);
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

export function isCommonVerb(word: string): boolean {
  return commonVerbs.has(word);
}

/** Lower-case words of a text or a name in any case style. */
export function splitWords(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function simpleForm(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  return word;
}
