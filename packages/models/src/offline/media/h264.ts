import { BitWriter } from './bit-writer.ts';
import type { Colour, Picture } from './picture.ts';

/** Pixels along one side of a macroblock. */
export const blockPixels = 16;

/** A film as H.264 units without their lengths (ITU-T H.264, baseline profile). */
export interface CodedFilm {
  readonly sequenceParameters: Uint8Array;
  readonly pictureParameters: Uint8Array;
  /** One unit a frame; the first needs no other. */
  readonly frames: readonly Uint8Array[];
}

export interface FilmFrames {
  /** In macroblocks. */
  readonly columns: number;
  readonly rows: number;
  readonly first: Picture;
  /** What each later frame changes: a macroblock and its one colour; at most 15 frames. */
  readonly changes: readonly { readonly column: number; readonly row: number; readonly colour: Colour }[];
}

/** Codes without compression: every macroblock that changes is sent as its samples (I_PCM), the others are skipped. */
export function encodeFilm({ columns, rows, first, changes }: FilmFrames): CodedFilm {
  const blocks = columns * rows;
  const sampled = Array.from({ length: blocks }, (_, index) => {
    const left = (index % columns) * blockPixels;
    const top = Math.floor(index / columns) * blockPixels;
    return sampleBlock((x, y) =>
      first((left + x + 0.5) / (columns * blockPixels), (top + y + 0.5) / (rows * blockPixels)),
    );
  });
  const later = changes.map(({ column, row, colour }, index) => {
    const samples = sampleBlock(() => colour);
    return changedFrame({ number: index + 1, place: row * columns + column, blocks, samples });
  });
  return {
    sequenceParameters: sequenceParameters(columns, rows),
    pictureParameters: pictureParameters(),
    frames: [firstFrame(sampled), ...later],
  };
}

/** Unit types with their weight as reference (7.4.1). */
const unit = { changed: 0x61, first: 0x65, sequence: 0x67, picture: 0x68 } as const;
/** 7.4.3: all slices of the picture are of this type. */
const slice = { changed: 5, first: 7 } as const;
/** Macroblock type I_PCM in slices of either type (7.4.5). */
const plainSamples = { first: 25, changed: 30 } as const;

function sequenceParameters(columns: number, rows: number): Uint8Array {
  const writer = new BitWriter();
  // Baseline profile, its constraint flags, level 3.
  writer.bits(66, 8).bits(0xc0, 8).bits(30, 8);
  // Id 0, 4 bits of frame number, frames come in the order they are shown, one reference frame, no gaps.
  writer.number(0).number(0).number(2).number(1).bits(0, 1);
  writer.number(columns - 1).number(rows - 1);
  // Whole frames, 8×8 inference, not cropped, nothing about display.
  return toUnit(unit.sequence, writer.bits(0b1100, 4).end());
}

function pictureParameters(): Uint8Array {
  const writer = new BitWriter();
  // Ids 0, variable length codes, no field order, one slice group, one reference in either list, no weights.
  writer.number(0).number(0).bits(0, 2).number(0).number(0).number(0).bits(0, 3);
  // Quantisers as they are; slices settle the deblocking filter.
  return toUnit(unit.picture, writer.number(0).number(0).number(0).bits(0b100, 3).end());
}

function firstFrame(blocks: readonly (readonly number[])[]): Uint8Array {
  const writer = new BitWriter();
  // From macroblock 0; parameters 0, frame 0, picture 0; no earlier pictures to keep.
  writer.number(0).number(slice.first).number(0).bits(0, 4).number(0).bits(0, 2);
  endHeader(writer);
  for (const samples of blocks) writer.number(plainSamples.first).align().raw(samples);
  return toUnit(unit.first, writer.end());
}

interface ChangedFrame {
  readonly number: number;
  readonly place: number;
  readonly blocks: number;
  readonly samples: readonly number[];
}

function changedFrame({ number, place, blocks, samples }: ChangedFrame): Uint8Array {
  const writer = new BitWriter();
  // The usual number of references in the usual order; earlier pictures leave by age.
  writer.number(0).number(slice.changed).number(0).bits(number, 4).bits(0, 3);
  endHeader(writer);
  writer.number(place).number(plainSamples.changed).align().raw(samples);
  const rest = blocks - place - 1;
  if (rest > 0) writer.number(rest);
  return toUnit(unit.changed, writer.end());
}

/** No change of quantiser, no deblocking filter. */
function endHeader(writer: BitWriter): void {
  writer.number(0).number(1);
}

/** Brightness of each pixel, then both colour differences of each four (BT.601, limited range). */
function sampleBlock(colourAt: (x: number, y: number) => Colour): readonly number[] {
  const luma: number[] = [];
  const blue: number[] = [];
  const red: number[] = [];
  for (let y = 0; y < blockPixels; y += 1) {
    for (let x = 0; x < blockPixels; x += 1) {
      const [r, g, b] = colourAt(x, y);
      luma.push(Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255));
      if (x % 2 === 1 || y % 2 === 1) continue;
      blue.push(Math.round(128 + (-37.797 * r - 74.203 * g + 112 * b) / 255));
      red.push(Math.round(128 + (112 * r - 93.786 * g - 18.214 * b) / 255));
    }
  }
  return [...luma, ...blue, ...red];
}

/** A 3 keeps two zeros from looking like the start of a unit (7.4.1.1). */
function toUnit(type: number, payload: readonly number[]): Uint8Array {
  const bytes = [type];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}
