/** A request was answered with a status other than 2xx. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** The server's error code, such as `NOT_FOUND`. */
  readonly code?: string;

  constructor(message: string, status: number, code?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}
