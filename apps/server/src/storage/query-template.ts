import { type Compilable, CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { Database } from './schema.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Stands for a value while a query is compiled. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Names a parameter where a query builder expects its value. */
export type ParameterOf<P extends Parameters> = <Name extends keyof P & string>(name: Name) => P[Name];

/** SQL with named parameters. */
export interface QueryTemplate<P extends Parameters> {
  readonly sql: string;
  /** The values in the order of the placeholders in `sql`. */
  bind(parameters: P): unknown[];
}

/** Compiles a query in which `parameter(name)` stands for the values of later executions. */
export function compileTemplate<P extends Parameters>(
  build: (parameter: ParameterOf<P>) => { sql: string; parameters: readonly unknown[] },
): QueryTemplate<P> {
  const { sql, parameters: slots } = build((name) => new Placeholder(name) as never);
  return {
    sql,
    bind: (parameters) => slots.map((slot) => (slot instanceof Placeholder ? parameters[slot.name] : slot)),
  };
}

/**
 * A query for the path of every request: its syntax tree is built and printed once, an execution only binds parameters. For
 * the query of a session that saves about 80 µs, where SQLite answers in 10.
 */
export function prepareQuery<P extends Parameters, Row>(
  db: Kysely<Database>,
  build: (parameter: ParameterOf<P>) => Compilable<Row>,
): (parameters: P, executor?: Kysely<Database>) => Promise<QueryResult<Row>> {
  const { sql, bind } = compileTemplate<P>((parameter) => build(parameter).compile());
  return (parameters, executor = db) =>
    executor.executeQuery<Row>(CompiledQuery.raw(sql, bind(parameters)) as CompiledQuery<Row>);
}
