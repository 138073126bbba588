import type { InputDeclaration } from '@octavus/protocol';
import { SelectField, TextField } from '../../components/controls.tsx';

interface InputFieldsProps {
  readonly inputs: readonly InputDeclaration[];
  /** There is a session that files can be uploaded to. Without one a file is named by its address. */
  readonly canUpload?: boolean;
}

/** A field for each declared value. */
export function InputFields({ inputs, canUpload = false }: InputFieldsProps) {
  return inputs.map((input) => <InputField key={input.name} input={input} canUpload={canUpload} />);
}

function InputField({ input, canUpload }: { readonly input: InputDeclaration; readonly canUpload: boolean }) {
  const { name, description, isOptional, enum: choices } = input;
  const kind = kindOf(input);
  const hint = [description, hintOf(kind, canUpload), isOptional && 'Optional'].filter(Boolean).join('. ');
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
  if ((kind === 'file' || kind === 'files') && canUpload)
    return <TextField {...common} type="file" multiple={kind === 'files'} />;
  if (kind === 'number') return <TextField {...common} type="number" step="any" />;
  return <TextField {...common} autoComplete="off" />;
}

const hints = { json: 'As JSON', boolean: undefined, number: undefined, text: undefined };

function hintOf(kind: Kind, canUpload: boolean): string | undefined {
  if (kind === 'files') return canUpload ? 'Several can be chosen' : 'As JSON: [{"id", "mediaType", "url"}]';
  if (kind === 'file') return canUpload ? undefined : 'As JSON: {"id", "mediaType", "url"}';
  return hints[kind];
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
