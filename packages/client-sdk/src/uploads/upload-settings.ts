/** How patiently files are uploaded. */
export interface UploadSettings {
  /** Time for one attempt in milliseconds, 0 for no limit. Default 60 000. */
  timeoutMs?: number;
  /** More attempts after a network error, a timeout, status 429 or 5xx. Default 2. */
  maxRetries?: number;
  /** Pause before such an attempt, in milliseconds. Default 1000. */
  retryDelayMs?: number;
  /** Files on their way at the same time. Default 1. */
  concurrency?: number;
}
