import { type UploadUrlsResponse, uploadUrlsResponseSchema } from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import { requestJson } from '../http/request-json.ts';

export type { FileUploadInfo, UploadUrlsResponse } from '@octavus/core';

/** A file to be uploaded; the server checks the limits. */
export interface FileUploadRequest {
  /** 1 to 255 characters. */
  filename: string;
  mediaType: string;
  /** Bytes, at least 1. */
  size: number;
}

const configs = new WeakMap<FilesApi, ApiConfig>();

/** How the client of this API sends requests; nothing for one that the application made up. */
export function configOfFiles(files: FilesApi): Pick<ApiConfig, 'fetch' | 'timeoutMs'> {
  return configs.get(files) ?? {};
}

/** Prepares uploads. */
export class FilesApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
    configs.set(this, config);
  }

  /**
   * Addresses for uploading by `PUT`, with the declared type as `Content-Type`, and for reading, in the order of the request.
   *
   * @param sessionId an active session, or a worker's run.
   * @param files at most 20, of at most 100 MiB each and 200 MiB together.
   * @returns one entry for each file: its id, an absolute address for one `PUT` within 15 minutes, and one for reading.
   * @throws ApiError 400 for files outside those limits, 404 for a session that is not there or has expired.
   */
  getUploadUrls(sessionId: string, files: FileUploadRequest[]): Promise<UploadUrlsResponse> {
    return requestJson(this.#config, {
      method: 'POST',
      path: '/api/files/upload-urls',
      body: { sessionId, files },
      schema: uploadUrlsResponseSchema,
      context: 'Failed to get upload URLs',
    });
  }
}
