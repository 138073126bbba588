import type { InputDeclaration } from '@octavus/protocol';
import type { KeyboardEvent } from 'react';
import { SelectField, TextAreaField, TextField } from '../../components/controls.tsx';

/** A field for each declared value. */
export function InputFields({ inputs }: { readonly inputs: readonly InputDeclaration[] }) {
  return inputs.map((input) => <InputField key={input.name} input={input} />);
}

function InputField({ input }: { readonly input: InputDeclaration }) {
  const { name, description, isOptional, enum: choices } = input;
  const kind = kindOf(input);
  const hint = [description, hints[kind], isOptional && 'Optional'].filter(Boolean).join('. ');
  const common = { label: name, name, hint, required: !isOptional };
  if (choices || kind === 'boolean') {
    return (
      <SelectField {...common}>
        {isOptional && <option value="">(left out)</option>}
        {(choices ?? ['true', 'false']).map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </SelectField>
    );
  }
  if (kind === 'file' || kind === 'files') return <TextField {...common} type="file" multiple={kind === 'files'} />;
  if (kind === 'number') return <TextField {...common} type="number" step="any" />;
  return <TextAreaField {...common} autoComplete="off" onKeyDown={sendOnEnter} />;
}

const hints = {
  json: 'As JSON',
  files: 'Several can be chosen',
  boolean: undefined,
  number: undefined,
  text: undefined,
  file: undefined,
};

/** As in every chat: Enter sends, with Shift it begins a line. While a word is being composed it belongs to the word. */
function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  const { form } = event.currentTarget;
  const button = form?.querySelector<HTMLButtonElement>('button[type=submit]');
  if (button && !button.disabled) form?.requestSubmit(button);
}

/** What a form says: values by name, and the files that must be uploaded before they are values. */
export interface ReadInput {
  readonly values: Record<string, unknown>;
  readonly files: readonly ChosenFiles[];
}

export interface ChosenFiles {
  readonly name: string;
  readonly isList: boolean;
  readonly chosen: readonly File[];
}

/**
 * Reads what was typed as the declared types want it.
 *
 * @throws Error naming the field that should be JSON and is not.
 */
export function readInput(inputs: readonly InputDeclaration[], form: FormData): ReadInput {
  const values: Record<string, unknown> = {};
  const files: ChosenFiles[] = [];
  for (const input of inputs) {
    const { name } = input;
    const kind = kindOf(input);
    const entry = form.get(name);
    if (entry instanceof File) {
      const chosen = form.getAll(name).filter((file): file is File => file instanceof File && file.name !== '');
      if (chosen.length > 0) files.push({ name, isList: kind === 'files', chosen });
      continue;
    }
    const text = entry ?? '';
    if (text === '' && input.isOptional) continue;
    values[name] = kind === 'text' ? text : parseJson(name, text);
  }
  return { values, files };
}

type Kind = 'text' | 'number' | 'boolean' | 'file' | 'files' | 'json';

function kindOf({ type }: InputDeclaration): Kind {
  switch (type.kind) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
    case 'file':
      return type.kind;
    case 'array':
      return type.items.kind === 'file' ? 'files' : 'json';
    default:
      return 'json';
  }
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} is not JSON: expected a number, true, false, a list, an object, or a text in quotes`);
  }
}
