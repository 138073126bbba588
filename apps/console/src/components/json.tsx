/** A JSON value, readable. What scrolls can be reached by keyboard (WCAG 2.1.1). */
export function Json({ value }: { readonly value: unknown }) {
  return (
    <pre
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md bg-raised p-3 text-xs whitespace-pre-wrap break-words"
    >
      {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
    </pre>
  );
}
