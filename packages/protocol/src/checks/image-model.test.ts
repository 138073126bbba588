import { expect, test } from 'vitest';
import { clampAspectRatio, imageModelTraits } from './image-model.ts';

test('a ratio becomes the nearest one that the model has', () => {
  expect(clampAspectRatio('openai/gpt-image-1', '16:9')).toBe('3:2');
  expect(clampAspectRatio('openai/gpt-image-1', '9:16')).toBe('2:3');
  expect(clampAspectRatio('google/gemini-2.5-flash-image', '2:1')).toBe('16:9');
  expect(clampAspectRatio('openai/dall-e-3', '3:2')).toBe('16:9');
  expect(clampAspectRatio('openrouter/google/gemini-3-pro-image', '100:1')).toBe('21:9');
});

test('a model that is not known is asked for any ratio', () => {
  expect(clampAspectRatio('offline/default', '7:5')).toBe('7:5');
  expect(imageModelTraits('offline/default')).toMatchObject({ hasResolution: false, acceptsReferenceImages: true });
});

test('only the third generation of Gemini has a resolution, only Imagen takes no references', () => {
  expect(imageModelTraits('google/gemini-3-pro-image').hasResolution).toBe(true);
  expect(imageModelTraits('google/gemini-2.5-flash-image').hasResolution).toBe(false);
  expect(imageModelTraits('google/imagen-4.0-generate-001')).toEqual({
    aspectRatios: ['1:1', '3:4', '4:3', '9:16', '16:9'],
    hasResolution: false,
    acceptsReferenceImages: false,
  });
});
