import type { InputDeclaration } from '@octavus/protocol';
import { SelectField, TextField } from '../../components/controls.tsx';

/** A field for each declared value. */
export function InputFields({ inputs }: { readonly inputs: readonly InputDeclaration[] }) {
  return inputs.map((input) => {
    const { name, description, isOptional, enum: choices } = input;
    const hint = [description, kindOf(input) === 'json' && 'As JSON', isOptional && 'Optional']
      .filter(Boolean)
      .join('. ');
    if (choices) {
      return (
        <SelectField key={name} label={name} name={name} hint={hint}>
          {isOptional && <option value="">(left out)</option>}
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </SelectField>
      );
    }
    return <TextField key={name} label={name} name={name} hint={hint} required={!isOptional} autoComplete="off" />;
  });
}

/**
 * Reads what was typed as the declared types want it.
 *
 * @throws Error naming the field that should be JSON and is not.
 */
export function readInput(inputs: readonly InputDeclaration[], form: FormData): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const input of inputs) {
    const text = String(form.get(input.name) ?? '');
    if (text === '' && input.isOptional) continue;
    values[input.name] = kindOf(input) === 'text' ? text : parseJson(input.name, text);
  }
  return values;
}

function kindOf({ type }: InputDeclaration): 'text' | 'json' {
  return type.kind === 'string' ? 'text' : 'json';
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} is not JSON: expected a number, true, false, a list, an object, or a text in quotes`);
  }
}
