/** A value that React can subscribe to. */
export interface Value<Type> {
  get(): Type;
  set(value: Type): void;
  subscribe(listener: () => void): () => void;
}

export function createValue<Type>(initial: Type): Value<Type> {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
