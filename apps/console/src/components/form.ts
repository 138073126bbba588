import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { ApiError } from '../api/client.ts';

/**
 * A form whose values are read when it is sent.
 *
 * @param submit gets the text of each field by its name.
 * @returns `errorOf` for what the server said about a field; `error` for what belongs to none.
 */
export function useForm<Result>(
  submit: (values: Readonly<Record<string, string>>) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  const mutation = useMutation({ mutationFn: submit, ...(onDone && { onSuccess: onDone }) });
  const { error } = mutation;
  const issues = error instanceof ApiError ? error.issues : [];
  const named = new Set<string>();
  return {
    isBusy: mutation.isPending,
    result: mutation.data,
    reset: mutation.reset,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      const values = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
      mutation.mutate(Object.fromEntries(values));
    },
    errorOf: (field: string) => {
      named.add(field);
      return issues.find(({ path }) => path === field || path.startsWith(`${field}.`))?.message;
    },
    get error() {
      return error && !issues.some(({ path }) => named.has(path.split('.')[0] ?? '')) ? error : undefined;
    },
  };
}
