import { createHash } from 'node:crypto';

export type Colour = readonly [red: number, green: number, blue: number];

/** A drawing without a size of its own: the colour of a place, both coordinates from 0 to 1. */
export type Picture = (x: number, y: number) => Colour;

/** Squares of the sign in the middle, along one side. */
const signSquares = 5;
/** Share of the picture that the sign takes. */
const signSize = 0.6;

/** A sky of two colours with a mirrored sign on it, both made from the text: the same text always looks the same. */
export function drawPicture(text: string): Picture {
  const hash = createHash('sha256').update(text).digest();
  const byte = (index: number) => hash[index % hash.length] ?? 0;
  const top = tint(byte(0), byte(1), 150);
  const bottom = tint(byte(2), byte(3), 70);
  const sign = tint(byte(4), byte(5), 240);
  const isSign = (column: number, row: number) => {
    const mirrored = Math.min(column, signSquares - 1 - column);
    return byte(8 + row * signSquares + mirrored) % 2 === 0;
  };
  return (x, y) => {
    const column = Math.floor(((x - 0.5) / signSize + 0.5) * signSquares);
    const row = Math.floor(((y - 0.5) / signSize + 0.5) * signSquares);
    const isInside = column >= 0 && row >= 0 && column < signSquares && row < signSquares;
    return isInside && isSign(column, row) ? sign : mix(top, bottom, y);
  };
}

function tint(one: number, other: number, brightness: number): Colour {
  const angle = ((one * 256 + other) / 65_536) * 2 * Math.PI;
  const part = (shift: number) => Math.round(brightness * (0.65 + 0.35 * Math.cos(angle + shift)));
  return [part(0), part(2.1), part(4.2)];
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - share) + other[index] * share);
  return [part(0), part(1), part(2)];
}
