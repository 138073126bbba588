import type { CodedFilm } from './h264.ts';

export interface FilmShape {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** How long each frame is shown, in milliseconds. */
  readonly frameMs: number;
}

/** Units of time a second: milliseconds. */
const timescale = 1000;

/** The film in an MP4 file (ISO 14496-12, 14496-15), its index before its frames so that it plays while it loads. */
export function encodeMp4(film: CodedFilm, shape: FilmShape): Uint8Array {
  const samples = film.frames.map((frame) => Buffer.concat([uint32(frame.length), frame]));
  const type = box('ftyp', text('isom'), uint32(512), text('isomiso2avc1mp41'));
  // The index says where the frames begin, which depends on its own length only.
  const length = index(film, shape, 0).length;
  return Buffer.concat([type, index(film, shape, type.length + length + 8), box('mdat', ...samples)]);
}

function index(film: CodedFilm, shape: FilmShape, firstFrameAt: number): Buffer {
  const duration = uint32(film.frames.length * shape.frameMs);
  const movie = fullBox(
    'mvhd',
    0,
    zeros(8),
    uint32(timescale),
    duration,
    fixed(1),
    uint16(256),
    zeros(10),
    matrix(),
    zeros(24),
    uint32(2),
  );
  return box('moov', movie, track(film, shape, { duration, firstFrameAt }));
}

interface TrackPlace {
  readonly duration: Buffer;
  readonly firstFrameAt: number;
}

function track(film: CodedFilm, shape: FilmShape, { duration, firstFrameAt }: TrackPlace): Buffer {
  const size = [fixed(shape.width), fixed(shape.height)];
  // Enabled and part of the presentation.
  const header = fullBox('tkhd', 3, zeros(8), uint32(1), zeros(4), duration, zeros(16), matrix(), ...size);
  const undetermined = uint16(0x55c4);
  const media = fullBox('mdhd', 0, zeros(8), uint32(timescale), duration, undetermined, zeros(2));
  const handler = fullBox('hdlr', 0, zeros(4), text('vide'), zeros(12), text('Video\0'));
  const sameFile = fullBox('url ', 1);
  const data = box('dinf', fullBox('dref', 0, uint32(1), sameFile));
  const info = box('minf', fullBox('vmhd', 1, zeros(8)), data, sampleTable(film, shape, firstFrameAt));
  return box('trak', header, box('mdia', media, handler, info));
}

function sampleTable(film: CodedFilm, { width, height, frameMs }: FilmShape, firstFrameAt: number): Buffer {
  const { frames } = film;
  const count = uint32(frames.length);
  const sizes = frames.map((frame) => uint32(frame.length + 4));
  const resolution = fixed(72);
  const entry = box(
    'avc1',
    zeros(6),
    uint16(1),
    zeros(16),
    uint16(width),
    uint16(height),
    resolution,
    resolution,
    zeros(4),
    uint16(1),
    zeros(32),
    uint16(24),
    uint16(0xffff),
    decoderSettings(film),
  );
  return box(
    'stbl',
    fullBox('stsd', 0, uint32(1), entry),
    fullBox('stts', 0, uint32(1), count, uint32(frameMs)),
    // Only the first frame can be understood alone.
    fullBox('stss', 0, uint32(1), uint32(1)),
    fullBox('stsc', 0, uint32(1), uint32(1), count, uint32(1)),
    fullBox('stsz', 0, uint32(0), count, ...sizes),
    fullBox('stco', 0, uint32(1), uint32(firstFrameAt)),
  );
}

function decoderSettings({ sequenceParameters, pictureParameters }: CodedFilm): Buffer {
  const profileAndLevel = sequenceParameters.subarray(1, 4);
  return box(
    'avcC',
    Buffer.from([1, ...profileAndLevel, 0xff, 0xe1]),
    uint16(sequenceParameters.length),
    sequenceParameters,
    Buffer.from([1]),
    uint16(pictureParameters.length),
    pictureParameters,
  );
}

function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((total, part) => total + part.length, 8);
  return Buffer.concat([uint32(length), text(type), ...parts]);
}

/** Version 0. */
function fullBox(type: string, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  return box(type, uint32(flags), ...parts);
}

/** Neither turned nor scaled. */
function matrix(): Buffer {
  return Buffer.concat([fixed(1), zeros(12), fixed(1), zeros(12), uint32(0x4000_0000)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** 16 bits before the point, 16 behind it. */
function fixed(value: number): Buffer {
  return uint32(value * 65_536);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}
