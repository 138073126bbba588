import { describe, expect, test } from 'vitest';
import { directDeliveryOf, dispositionOf } from './file-names.ts';

const active = [
  'text/html',
  'image/svg+xml',
  'application/xhtml+xml',
  'application/xml',
  'text/xml',
  'text/xsl',
  'text/javascript',
  'application/javascript',
  'application/ecmascript',
  'text/jscript',
];
const passive = ['image/png', 'image/webp', 'video/mp4', 'audio/mpeg', 'application/pdf', 'text/plain', 'text/csv'];
/** Types whose content a browser guesses at, or takes apart. */
const doubtful = ['unknown/unknown', 'application/unknown', 'multipart/x-mixed-replace', 'message/rfc822', 'x/y'];

const kindOf = (disposition: string) => disposition.slice(0, disposition.indexOf(';'));
const fileOf = (mediaType: string) => ({ filename: 'fern', mediaType });

describe('[http.files.get] a type that a browser may run', () => {
  test.each(active)('%s is saved, and a bucket does not even say what it is', (mediaType) => {
    expect(kindOf(dispositionOf(fileOf(mediaType)))).toBe('attachment');
    expect(directDeliveryOf(fileOf(mediaType))).toEqual({
      disposition: "attachment; filename*=UTF-8''fern",
      contentType: 'application/octet-stream',
    });
  });

  test.each(passive)('%s is shown', (mediaType) => {
    expect(kindOf(dispositionOf(fileOf(mediaType)))).toBe('inline');
    expect(directDeliveryOf(fileOf(mediaType))).toEqual({
      disposition: "inline; filename*=UTF-8''fern",
      contentType: mediaType,
    });
  });

  test.each(doubtful)('%s is shown in our sandbox alone', (mediaType) => {
    expect(kindOf(dispositionOf(fileOf(mediaType)))).toBe('inline');
    expect(kindOf(directDeliveryOf(fileOf(mediaType)).disposition)).toBe('attachment');
  });
});
