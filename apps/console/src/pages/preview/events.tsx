import { memo, useSyncExternalStore } from 'react';
import { Disclosure } from '../../components/disclosure.tsx';
import { Json } from '../../components/json.tsx';
import type { EventLog, LoggedEvent } from './event-log.ts';

/** The stream as it came. */
export function Events({ log }: { readonly log: EventLog }) {
  const events = useSyncExternalStore(log.subscribe, log.get);
  return (
    <Disclosure
      className="min-w-0 rounded-lg border border-line bg-surface p-4"
      summary={`Events (${events.at(-1)?.number ?? 0})`}
      summaryClassName="font-semibold"
      isOpenAtFirst={matchMedia('(min-width: 80rem)').matches}
    >
      <section aria-label="Events" tabIndex={0} className="mt-3 max-h-[60dvh] overflow-y-auto text-xs">
        <ol className="space-y-1">
          {events.map((one) => (
            <EventRow key={one.number} logged={one} />
          ))}
        </ol>
      </section>
    </Disclosure>
  );
}

const EventRow = memo(function EventRow({ logged: { number, event } }: { readonly logged: LoggedEvent }) {
  return (
    <li>
      <Disclosure
        summary={
          <>
            <span className="text-muted">{number}</span> {event.type}
          </>
        }
        summaryClassName="font-mono"
      >
        <Json value={event} />
      </Disclosure>
    </li>
  );
});
