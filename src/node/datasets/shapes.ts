/**
 * The embedded data set `shapes`: ten kinds of silhouettes in any position, size, rotation and colour on textured,
 * noisy backgrounds with specks. Every image is a function of (split, index) alone, so a limited set is the beginning
 * of the whole one, and the same on every platform: only operations that IEEE 754 rounds exactly are used (+ - * / and
 * square root), never sine, power or logarithm, whose last digit differs from engine to engine.
 *
 * A shape is a signed distance function (negative inside); the coverage of a pixel follows from the distance of its
 * centre to the edge, which smooths the edges without drawing at a higher resolution. Distance functions after Inigo
 * Quilez, "2D distance functions".
 */
import { Random } from '../../shared/random';

/**
 * Of what is drawn: training images (10,000 x 32 x 32 x 3), training labels, evaluation images (2,000 x 32 x 32 x 3), evaluation
 * labels, one after the other.
 */
export const SHAPES_SHA256 = '0d0724cea714e899613c7d62a71ef244d5e9434f6416cde6d62a85ba804b0e80';

const SIDE = 32;
const CHANNELS = 3;
/** Bytes of one image: 32 x 32 x 3. */
export const SHAPES_IMAGE_BYTES = SIDE * SIDE * CHANNELS;

/** Seeds all images. Another seed is another data set: SHAPES_SHA256 (src/node/datasets/dataset-hashes.ts) would change. */
const SEED = 1;
const SPLITS = { train: 1, eval: 2 } as const;
export type ShapesSplit = keyof typeof SPLITS;
const LABELS = 0;
const IMAGE = 1;

type DistanceFunction = (x: number, y: number) => number;

const circle: DistanceFunction = (x, y) => Math.sqrt(x * x + y * y) - 0.8;

const ring: DistanceFunction = (x, y) => Math.abs(Math.sqrt(x * x + y * y) - 0.68) - 0.22;

/** A disc without a second, shifted disc. */
const crescent: DistanceFunction = (x, y) =>
  Math.max(
    Math.sqrt((x + 0.15) * (x + 0.15) + y * y) - 0.92,
    0.78 - Math.sqrt((x - 0.32) * (x - 0.32) + y * y),
  );

const square: DistanceFunction = (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.7;

/** Equilateral; 0.8660254037844386 is the square root of 3/4. */
const triangle: DistanceFunction = (x, y) => Math.max(0.8660254037844386 * Math.abs(x) + 0.5 * y, -y) - 0.5;

/** A rhombus with diagonals of 2.2 and 1.3; 0.5596022 makes the slope of the distance 1. */
const diamond: DistanceFunction = (x, y) => (Math.abs(x) / 0.65 + Math.abs(y) / 1.1 - 1) * 0.5596022;

/** Five points: the plane folded at the axes of symmetry, then the distance to one edge. */
const star: DistanceFunction = (x, y) => {
  x = Math.abs(x);
  const first = 2 * Math.max(0.8090169943749475 * x - 0.5877852522924731 * y, 0);
  x -= first * 0.8090169943749475;
  y += first * 0.5877852522924731;
  const second = 2 * Math.max(-0.8090169943749475 * x - 0.5877852522924731 * y, 0);
  x += second * 0.8090169943749475;
  y += second * 0.5877852522924731;
  x = Math.abs(x);
  y -= 1;
  const edgeX = 0.45 * 0.5877852522924731;
  const edgeY = 0.45 * 0.8090169943749475 - 1;
  const along = Math.min(Math.max((x * edgeX + y * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0), 1);
  const toX = x - edgeX * along;
  const toY = y - edgeY * along;
  const distance = Math.sqrt(toX * toX + toY * toY);
  return y * edgeX - x * edgeY > 0 ? distance : -distance;
};

const cross: DistanceFunction = (x, y) => {
  const across = Math.abs(x);
  const along = Math.abs(y);
  return Math.max(Math.max(across, along) - 0.9, Math.min(across, along) - 0.29);
};

/** Two discs of radius 0.45 and the wedge that touches both, down to the tip at (0, -0.9). */
const heart: DistanceFunction = (x, y) => {
  x = Math.abs(x);
  const toDisc = Math.sqrt((x - 0.42) * (x - 0.42) + (y - 0.28) * (y - 0.28)) - 0.45;
  const toWedge = Math.max(
    0.75872 * x - 0.65141 * (y + 0.9),
    0.65141 * (x - 0.42) + 0.75872 * (y - 0.28),
    y - 0.28,
  );
  return Math.min(toDisc, toWedge);
};

/** A shaft and a triangular head. */
const arrow: DistanceFunction = (x, y) => {
  const across = Math.abs(x);
  const head = Math.max(0.7071067811865476 * (across + y - 0.95), 0.1 - y);
  const shaft = Math.max(across - 0.24, Math.abs(y + 0.4) - 0.55);
  return Math.min(head, shaft);
};

/** In the order of the class names in src/shared/datasets.ts. */
const SHAPES: readonly DistanceFunction[] = [
  circle,
  ring,
  crescent,
  square,
  diamond,
  triangle,
  star,
  cross,
  heart,
  arrow,
];

type Colour = [number, number, number];

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();

/** Any hue; saturation and value from their ranges, 0 to 1. Components 0 to 255. */
function anyColour(random: Random, saturation: [number, number], value: [number, number]): Colour {
  const hue = 6 * random.next();
  const s = between(random, ...saturation);
  const v = 255 * between(random, ...value);
  const component = (offset: number): number => {
    const position = hue + offset >= 6 ? hue + offset - 6 : hue + offset;
    return v * (1 - s * Math.max(0, Math.min(position, 4 - position, 1)));
  };
  return [component(5), component(3), component(1)];
}

/** ITU-R BT.601 luma, 0 to 255. */
const luma = (colour: Colour): number => 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];

/** A point uniform on the unit circle, without sine and cosine. */
function direction(random: Random): [number, number] {
  for (;;) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const square = x * x + y * y;
    if (square > 1 || square < 0.01) continue;
    const length = Math.sqrt(square);
    return [x / length, y / length];
  }
}

/** Cosine and sine of a turn by up to 35 degrees either way (tan 35° = 0.7), from a rational half-turn formula. */
function tilt(random: Random): [number, number] {
  const half = between(random, -0.3153, 0.3153);
  return [(1 - half * half) / (1 + half * half), (2 * half) / (1 + half * half)];
}

const clamp01 = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** Smooth value noise: random heights on a grid of `cell` pixels, interpolated; one value (0 to 1) a pixel. */
function addNoise(random: Random, cell: number, amount: number, into: Float64Array): void {
  const nodes = Math.floor((SIDE - 1) / cell) + 2;
  const heights = new Float64Array(nodes * nodes);
  for (let i = 0; i < heights.length; i++) heights[i] = amount * (random.uint32() / 4294967296 - 0.5);
  for (let y = 0; y < SIDE; y++) {
    const row = Math.floor(y / cell);
    const fy = y / cell - row;
    const wy = fy * fy * (3 - 2 * fy);
    for (let x = 0; x < SIDE; x++) {
      const column = Math.floor(x / cell);
      const fx = x / cell - column;
      const wx = fx * fx * (3 - 2 * fx);
      const at = row * nodes + column;
      const upper = heights[at]! + (heights[at + 1]! - heights[at]!) * wx;
      const lower = heights[at + nodes]! + (heights[at + nodes + 1]! - heights[at + nodes]!) * wx;
      into[y * SIDE + x]! += upper + (lower - upper) * wy;
    }
  }
}

/** How far each pixel is from the first to the second background colour: a gradient, clouds, bands or a weave. */
function drawPattern(random: Random, pattern: Float64Array): void {
  const kind = random.int(4);
  const [dx, dy] = direction(random);
  const period = between(random, 5, 11);
  const phase = 64 + between(random, 0, period);
  /** Between 0 and 1 and back, once a period. */
  const wave = (position: number): number => {
    const turns = (position + phase) / period;
    const part = turns - Math.floor(turns);
    const ramp = part < 0.5 ? 2 * part : 2 - 2 * part;
    return ramp * ramp * (3 - 2 * ramp);
  };
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const along = (x - 15.5) * dx + (y - 15.5) * dy;
      const across = (y - 15.5) * dx - (x - 15.5) * dy;
      let value: number;
      if (kind === 0) value = 0.5 + along / 40;
      else if (kind === 1) value = 0.5 + along / 90;
      else if (kind === 2) value = wave(along);
      else value = 0.5 * (wave(along) + wave(across));
      pattern[y * SIDE + x] = value;
    }
  }
  addNoise(random, between(random, 6, 10), kind === 1 ? 1.3 : 0.5, pattern);
  addNoise(random, between(random, 2.5, 4), kind === 1 ? 0.6 : 0.3, pattern);
}

/** Lays a colour over the image where a disc or a short stroke covers it. */
function drawSpeck(random: Random, canvas: Float64Array): void {
  const colour = anyColour(random, [0.1, 0.9], [0.15, 1]);
  const opacity = between(random, 0.5, 0.95);
  const x0 = between(random, 0, SIDE);
  const y0 = between(random, 0, SIDE);
  const radius = between(random, 0.5, 1.4);
  const [dx, dy] = direction(random);
  const length = random.int(3) === 0 ? between(random, 2, 6) : 0;
  const reach = radius + length + 1;
  const top = Math.max(0, Math.floor(y0 - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(y0 + reach));
  const left = Math.max(0, Math.floor(x0 - reach));
  const right = Math.min(SIDE - 1, Math.floor(x0 + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const fromX = x + 0.5 - x0;
      const fromY = y + 0.5 - y0;
      const along = Math.min(Math.max(fromX * dx + fromY * dy, 0), length);
      const toX = fromX - along * dx;
      const toY = fromY - along * dy;
      const cover = opacity * clamp01(0.5 + radius - Math.sqrt(toX * toX + toY * toY));
      if (cover > 0) blend(canvas, (y * SIDE + x) * CHANNELS, colour, cover);
    }
  }
}

function blend(canvas: Float64Array, at: number, colour: Colour, cover: number): void {
  canvas[at]! += (colour[0] - canvas[at]!) * cover;
  canvas[at + 1]! += (colour[1] - canvas[at + 1]!) * cover;
  canvas[at + 2]! += (colour[2] - canvas[at + 2]!) * cover;
}

const lighter = (colour: Colour, by: number): Colour => [colour[0] + by, colour[1] + by, colour[2] + by];

/** Draws one image of a class into 3072 bytes, rows of pixels of R, G, B. */
function drawImage(random: Random, label: number, images: Uint8Array, offset: number): void {
  const distance = SHAPES[label]!;

  // Colours: the shape is clearly lighter or clearly darker than both background colours, each as often.
  const backA = anyColour(random, [0.05, 0.75], [0.1, 1]);
  const backB = anyColour(random, [0.05, 0.75], [0.1, 1]);
  const share = between(random, 0.25, 0.6);
  for (let c = 0; c < CHANNELS; c++) backB[c] = backA[c]! + (backB[c]! - backA[c]!) * share;
  let fill = anyColour(random, [0.25, 0.95], [0.1, 1]);
  for (
    let tries = 0;
    tries < 60 && Math.min(Math.abs(luma(fill) - luma(backA)), Math.abs(luma(fill) - luma(backB))) < 70;
    tries++
  ) {
    fill = anyColour(random, tries < 30 ? [0.25, 0.95] : [0, 0.5], [0.1, 1]);
  }
  const shading = between(random, -32, 32);
  const outlined = random.int(3) === 0;
  const outline = lighter(fill, luma(fill) > 128 ? -80 : 80);
  const shadowed = random.int(3) === 0;

  // Place: unit disc → pixels. A little stretch along the shape's axes keeps every class what it is.
  const radius = between(random, 9, 14);
  const stretchX = between(random, 0.88, 1.12) * radius;
  const stretchY = between(random, 0.88, 1.12) * radius;
  const smallest = Math.min(stretchX, stretchY);
  const room = Math.max(0, SIDE / 2 - 0.95 * radius);
  const centreX = SIDE / 2 + between(random, -room, room);
  const centreY = SIDE / 2 + between(random, -room, room);
  const [cosine, sine] = tilt(random);
  const [shadeX, shadeY] = direction(random);

  const pattern = new Float64Array(SIDE * SIDE);
  drawPattern(random, pattern);
  const canvas = new Float64Array(SHAPES_IMAGE_BYTES);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const t = clamp01(pattern[i]!);
    for (let c = 0; c < CHANNELS; c++) canvas[i * CHANNELS + c] = backA[c]! + (backB[c]! - backA[c]!) * t;
  }
  const specks = 3 + random.int(6);
  for (let i = 0; i < specks; i++) drawSpeck(random, canvas);

  /** Distance in pixels to the edge of the shape, negative inside. Shapes are described with y upwards. */
  const toEdge = (fromX: number, fromY: number): number =>
    smallest *
    distance((cosine * fromX + sine * fromY) / stretchX, (sine * fromX - cosine * fromY) / stretchY);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const fromX = x + 0.5 - centreX;
      const fromY = y + 0.5 - centreY;
      const reach = 1.3 * radius + 3;
      if (fromX * fromX + fromY * fromY > reach * reach) continue;
      const at = (y * SIDE + x) * CHANNELS;
      if (shadowed) {
        const dark = 0.45 * clamp01(0.5 - 0.6 * toEdge(fromX - 1.4, fromY - 1.6));
        for (let c = 0; c < CHANNELS; c++) canvas[at + c]! *= 1 - dark;
      }
      const edge = toEdge(fromX, fromY);
      const cover = clamp01(0.5 - edge);
      if (cover === 0) continue;
      const shade =
        (shading * (fromX * shadeX + fromY * shadeY)) / radius + 30 * (pattern[y * SIDE + x]! - 0.5);
      blend(canvas, at, outlined && edge > -1.1 ? outline : lighter(fill, shade), cover);
    }
  }
  // A few specks lie on top of everything.
  const onTop = random.int(3);
  for (let i = 0; i < onTop; i++) drawSpeck(random, canvas);

  // Noise of the pixels: triangular, its own in every channel.
  const amplitude = between(random, 3, 16) / 128;
  for (let i = 0; i < SIDE * SIDE; i++) {
    const bits = random.uint32();
    const more = random.uint32();
    for (let c = 0; c < CHANNELS; c++) {
      const noise = ((bits >>> (8 * c)) & 255) + ((more >>> (8 * c)) & 255) - 255;
      const value = Math.floor(canvas[i * CHANNELS + c]! + amplitude * noise + 0.5);
      images[offset + i * CHANNELS + c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/**
 * The first `count` images of a split.
 * @returns images: count x 32 x 32 x 3 (NHWC) uint8; labels: count, 0 to 9. Every ten consecutive images, counted
 * from the first, hold each class once, in random order.
 */
export function drawShapes(split: ShapesSplit, count: number): { images: Uint8Array; labels: Uint8Array } {
  const classes = SHAPES.length;
  const images = new Uint8Array(count * SHAPES_IMAGE_BYTES);
  const labels = new Uint8Array(count);
  const order = new Int32Array(classes);
  for (let i = 0; i < count; i++) {
    if (i % classes === 0) {
      for (let k = 0; k < classes; k++) order[k] = k;
      new Random(SEED, SPLITS[split], LABELS, i / classes).shuffle(order);
    }
    const label = order[i % classes]!;
    labels[i] = label;
    drawImage(new Random(SEED, SPLITS[split], IMAGE, i), label, images, i * SHAPES_IMAGE_BYTES);
  }
  return { images, labels };
}
