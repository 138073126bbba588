import type { FileReference } from '@octavus/core';
import type { InputDeclaration } from '@octavus/protocol';
import { useState } from 'react';
import { Button } from '../../components/controls.tsx';
import { ErrorNote } from '../../components/layout.tsx';
import { type ChosenFiles, InputFields, readInput } from './input-fields.tsx';

/** Uploads files, telling how far it is. */
export type Upload = (
  files: File[],
  onProgress: (fileIndex: number, percent: number) => void,
) => Promise<FileReference[]>;

/** What was typed, with references in place of the files. */
export interface SentInput {
  readonly values: Record<string, unknown>;
  readonly files: readonly FileReference[];
}

interface InputFormProps {
  readonly inputs: readonly InputDeclaration[];
  readonly submitLabel: string;
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly error?: Error | null;
  /** It is emptied once it was read; otherwise what was typed stays for the next time. */
  readonly isEmptied?: boolean;
  readonly upload: Upload;
  readonly onSend: (input: SentInput) => void;
}

/** A form for declared values. Files are uploaded before it is sent; what is wrong with it stays in it. */
export function InputForm(props: InputFormProps) {
  const { inputs, submitLabel, isBusy = false, isDisabled = false, isEmptied = false, error, upload, onSend } = props;
  const [problem, setProblem] = useState<Error>();
  const [progress, setProgress] = useState<string>();

  async function submit(form: HTMLFormElement): Promise<void> {
    setProblem(undefined);
    try {
      const { values, files } = readInput(inputs, new FormData(form));
      const uploaded = await uploadAll(files);
      if (isEmptied) form.reset();
      onSend({
        values: { ...values, ...Object.fromEntries(uploaded.map(({ name, value }) => [name, value])) },
        files: uploaded.flatMap(({ value }) => value),
      });
    } catch (cause) {
      setProblem(cause as Error);
    } finally {
      setProgress(undefined);
    }
  }

  async function uploadAll(fields: readonly ChosenFiles[]) {
    const uploaded: { readonly name: string; readonly value: FileReference | FileReference[] }[] = [];
    for (const { name, isList, chosen } of fields) {
      const references = await upload([...chosen], (index, percent) =>
        setProgress(`Uploading ${chosen[index]?.name}: ${Math.round(percent)} %`),
      );
      const [first] = references;
      if (first) uploaded.push({ name, value: isList ? references : first });
    }
    return uploaded;
  }

  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <InputFields inputs={inputs} />
      {(problem ?? error) && <ErrorNote error={problem ?? error} />}
      <p role="status" className="text-sm text-muted empty:hidden">
        {progress}
      </p>
      <Button
        type="submit"
        kind="primary"
        isBusy={isBusy || progress !== undefined}
        disabled={isDisabled || isBusy || progress !== undefined}
      >
        {submitLabel}
      </Button>
    </form>
  );
}
