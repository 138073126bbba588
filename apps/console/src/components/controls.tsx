import type {
  ButtonHTMLAttributes,
  InputHTMLAttributes,
  ReactNode,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from 'react';
import { useId, useState } from 'react';
import { copyText } from './copy-text.ts';

type Kind = 'primary' | 'plain' | 'danger';

const kinds: Record<Kind, string> = {
  primary: 'bg-accent text-accent-ink border-transparent hover:opacity-90',
  plain: 'bg-surface text-ink border-line hover:bg-raised',
  danger: 'bg-surface text-danger border-danger hover:bg-raised',
};

/** The classes of a button, for links that look like one. */
export function buttonClass(kind: Kind = 'plain'): string {
  return `inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-sm font-medium disabled:opacity-60 ${kinds[kind]}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: Kind;
  /** Something is under way: it says so and cannot be pressed again. */
  readonly isBusy?: boolean;
}

export function Button({ kind = 'plain', isBusy = false, className = '', children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${buttonClass(kind)} ${className}`} disabled={disabled || isBusy} {...rest}>
      {children}
      {isBusy && <span aria-hidden="true">…</span>}
    </button>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value. */
  readonly error?: string;
}

/** The classes of whatever takes a value. */
export const fieldClass =
  'max-w-full rounded-md border border-field bg-surface px-3 py-2 text-ink placeholder:text-muted aria-invalid:border-danger';

const wideClass = `${fieldClass} w-full`;

export function TextField({ label, hint, error, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className={wideClass}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        {...rest}
      />
      <FieldNote id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

export function SelectField({
  label,
  hint,
  error,
  children,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select id={id} className={wideClass} aria-describedby={`${id}-note`} {...rest}>
        {children}
      </select>
      <FieldNote id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

/** A text of one line or many: as high as what is in it. */
export function TextAreaField({
  label,
  hint,
  error,
  className = '',
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={1}
        className={`${wideClass} field-sizing-content max-h-64 resize-y ${className}`}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        {...rest}
      />
      <FieldNote id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

function FieldNote({ id, hint, error }: { readonly id: string } & Pick<FieldProps, 'hint' | 'error'>) {
  return (
    <p id={id} className={error === undefined ? 'mt-1 text-sm text-muted' : 'mt-1 text-sm text-danger'}>
      {error ?? hint}
    </p>
  );
}

/** Copies a text; says what came of it for as long as it is looked at. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [outcome, setOutcome] = useState<string>();
  const copy = async () =>
    setOutcome((await copyText(text)) ? 'Copied' : 'Not allowed here: select the text and copy it');
  return (
    <Button onClick={copy} onBlur={() => setOutcome(undefined)}>
      <span aria-live="polite">{outcome ?? label}</span>
    </Button>
  );
}
