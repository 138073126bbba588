import { Dialog as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly description?: string;
  readonly isOpen: boolean;
  /** Absent: it stays until what it asks for is done. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A modal dialog: holds the focus, closes with Escape. */
export function Dialog({ title, description, isOpen, onClose, children }: DialogProps) {
  return (
    <Parts.Root open={isOpen} onOpenChange={(open) => !open && onClose?.()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-10 bg-black/50" />
        <Parts.Content
          className="fixed top-1/2 left-1/2 z-20 max-h-[90vh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-surface p-6 text-ink shadow-xl"
          {...(description === undefined && { 'aria-describedby': undefined })}
        >
          <Parts.Title className="text-lg font-semibold">{title}</Parts.Title>
          {description !== undefined && (
            <Parts.Description className="mt-1 text-sm text-muted">{description}</Parts.Description>
          )}
          <div className="mt-4">{children}</div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
