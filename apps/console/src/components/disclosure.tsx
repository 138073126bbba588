import { type ReactNode, useState } from 'react';

interface DisclosureProps {
  readonly summary: ReactNode;
  readonly className?: string;
  readonly summaryClassName?: string;
  readonly isOpenAtFirst?: boolean;
  readonly children: ReactNode;
}

/** Something that is looked at on demand. What is inside is made when it is opened: a list may have thousands of these. */
export function Disclosure({ summary, className, summaryClassName, isOpenAtFirst = false, children }: DisclosureProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details className={className} open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={summaryClassName}>{summary}</summary>
      {isOpen && children}
    </details>
  );
}
