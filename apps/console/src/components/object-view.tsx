import { Disclosure } from './disclosure.tsx';
import { Json } from './json.tsx';

/** A value of any shape for people: names beside values, lists as lists. The JSON it was is one step away. */
export function ObjectView({ value }: { readonly value: unknown }) {
  return (
    <div className="text-sm">
      <Value value={value} />
      {isContainer(value) && (
        <Disclosure summary="JSON" className="mt-2" summaryClassName="text-muted">
          <Json value={value} />
        </Disclosure>
      )}
    </div>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-muted">none</span>;
    return (
      <ol className="list-decimal space-y-1 pl-6">
        {value.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no id of their own
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ol>
    );
  }
  if (isContainer(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return <span className="text-muted">nothing</span>;
    return (
      <dl className="grid grid-cols-[minmax(4rem,auto)_1fr] gap-x-4 gap-y-1">
        {entries.map(([name, item]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="break-words text-muted">{name}</dt>
            <dd className="min-w-0 break-words">
              <Value value={item} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  if (value === null || value === undefined) return <span className="text-muted">nothing</span>;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return <span className="whitespace-pre-wrap">{String(value)}</span>;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
