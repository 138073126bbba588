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

/** Prepares uploads. */
export class FilesApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /**
   * Addresses for uploading by `PUT`, with the declared type as `Content-Type`, and for reading, in the order of the request.
   *
   * @throws ApiError
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
