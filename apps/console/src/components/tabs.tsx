import { Tabs as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab {
  readonly value: string;
  readonly label: string;
  readonly content: ReactNode;
  /** It stays as it is while another one is looked at. */
  readonly isKept?: boolean;
}

interface TabsProps {
  /** What the tabs are parts of. */
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** The first one when it names none. */
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Parts of a page, one at a time. Where it is narrow, their names scroll. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const open = tabs.find((tab) => tab.value === value) ?? tabs[0];
  return (
    <Parts.Root value={open?.value ?? ''} onValueChange={onChange}>
      <Parts.List aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.value}
            value={tab.value}
            className="border-b-2 border-transparent px-3 py-2 whitespace-nowrap -outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-semibold"
          >
            {tab.label}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {tabs.map(({ value: own, content, isKept }) => (
        <Parts.Content
          key={own}
          value={own}
          {...(isKept && { forceMount: true })}
          className="data-[state=inactive]:hidden"
        >
          {content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
