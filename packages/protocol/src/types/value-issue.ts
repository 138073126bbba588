/** What is wrong with a value, and where in it. */
export interface ValueIssue {
  /** `rooms[0].view`; empty for the whole value. */
  readonly path: string;
  /** A phrase that goes on from the path: `must be a string, not 5`. */
  readonly message: string;
}

/** Gathers issues up to a limit: a wrong value may be wrong in a million places. */
export interface IssueList {
  readonly issues: ValueIssue[];
  add(path: string, message: string): void;
}

const maxIssues = 20;

export function createIssueList(): IssueList {
  const issues: ValueIssue[] = [];
  return {
    issues,
    add(path, message) {
      if (issues.length < maxIssues) issues.push({ path, message });
    },
  };
}

/** `rooms[0].view must be a string, not 5`. */
export function issueText(issue: ValueIssue, root = 'the value'): string {
  return `${issue.path || root} ${issue.message}`;
}

export function propertyPath(path: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${path}[${JSON.stringify(name.slice(0, 80))}]`;
  return path === '' ? name : `${path}.${name}`;
}

export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** A value in a message: scalars as JSON, the rest by kind. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/** `one of "a", "b", "c"`, with the first ones of a long list. */
export function shownChoices(choices: readonly string[]): string {
  const shown = choices.slice(0, 12).map((choice) => JSON.stringify(choice));
  const rest = choices.length - shown.length;
  return `one of ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
