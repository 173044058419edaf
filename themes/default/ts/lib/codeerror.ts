// What may be wrong with a query of the search in code.

/** QueryError tells what is wrong with a query, as whoever wrote it can use it. */
export class QueryError extends Error {
  hint: string;
  constructor(message: string, hint = "") {
    super(message);
    this.hint = hint;
  }
}
