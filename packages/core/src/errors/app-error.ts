/** A failure with a code and an HTTP status, for applications that map errors to answers. */
export class AppError extends Error {
  readonly code: string;
  /** HTTP status. Default 500. */
  readonly statusCode: number;

  constructor(message: string, code: string, statusCode = 500, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** 404: `new NotFoundError('Order', 'A-17')` reads "Order not found: A-17". */
export class NotFoundError extends AppError {
  constructor(resource: string, id: string) {
    super(`${resource} not found: ${id}`, 'NOT_FOUND', 404);
    this.name = 'NotFoundError';
  }
}

/** 400, with whatever a validator found in `issues`. */
export class ValidationError extends AppError {
  readonly issues?: unknown[];

  constructor(message: string, issues?: unknown[]) {
    super(message, 'VALIDATION_ERROR', 400);
    this.name = 'ValidationError';
    this.issues = issues;
  }
}

/** 409: `new ConflictError('Agent', 'support')` reads "Agent already exists: support". */
export class ConflictError extends AppError {
  constructor(resource: string, identifier: string) {
    super(`${resource} already exists: ${identifier}`, 'CONFLICT', 409);
    this.name = 'ConflictError';
  }
}

/** 403. */
export class ForbiddenError extends AppError {
  constructor(message = 'Access denied') {
    super(message, 'FORBIDDEN', 403);
    this.name = 'ForbiddenError';
  }
}
