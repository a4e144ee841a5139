/**
 * What the headers of image files say, read without decoding: which kind of file it is, its size, whether it is grey,
 * how it is turned. The files may be of strangers: a header that ends early is a reason to leave the image out, and
 * no more is handed to a decoder than one image.
 *
 * Sources: PNG (W3C, third edition), JPEG (ITU-T T.81), Exif 2.32 (its orientation is TIFF 6.0's), GIF89a, BMP
 * (Microsoft's BITMAPINFOHEADER), WebP (RFC 9649).
 */
export type Kind = 'PNG' | 'JPEG' | 'GIF' | 'BMP' | 'WebP';

/** Bytes from which `kindOf` tells them all. */
export const HEAD_BYTES = 18;

/**
 * Lengths of the header that follows the first 14 bytes of a BMP: two letters alone would be the beginning of many
 * texts.
 */
const BMP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** Null where the bytes begin none of these files. */
export function kindOf(head: Buffer): Kind | null {
  const text = head.toString('latin1', 0, HEAD_BYTES);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'GIF';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'WebP';
  if (text.startsWith('BM') && head.length >= HEAD_BYTES && BMP_HEADERS.has(head.readUInt32LE(14)))
    return 'BMP';
  return null;
}

export interface Facts {
  /** Pixels, as they are stored. */
  height: number;
  width: number;
  grey: boolean;
  /** How it is to be turned, 1 to 8 as in Exif; 1 is as it is. */
  orientation: number;
  /** What to decode, where this is less than the file. */
  bytes: Buffer;
}

/** @returns a sentence's end that says why not, as `LeftOut.why`, where the image cannot be decoded anyway */
export function factsOf(kind: Kind, file: Buffer): Facts | string {
  try {
    return READERS[kind](file);
  } catch (error) {
    if (error instanceof RangeError) return damaged(kind);
    throw error;
  }
}

export const damaged = (kind: Kind): string => `is a damaged ${kind} image, or its end is missing`;

// A number that would lie beyond the end throws a RangeError.
const READERS: Record<Kind, (file: Buffer) => Facts | string> = {
  PNG(file) {
    // Bit 2 of the colour type is for colours.
    const grey = (file.readUInt8(25) & 2) === 0;
    return plain(file, file.readUInt32BE(20), file.readUInt32BE(16), grey);
  },
  JPEG: readJpeg,
  GIF: readGif,
  BMP(file) {
    // That of OS/2 is shorter.
    if (file.readUInt32LE(14) < 40) return OTHER_BMP;
    const { height, width } = bmpHeader(file);
    return plain(file, height, width);
  },
  WebP: readWebP,
};

const plain = (file: Buffer, height: number, width: number, grey = false, orientation = 1): Facts => ({
  height,
  width,
  grey,
  orientation,
  bytes: file,
});

/** Frame headers (SOF); C4, C8 and CC among them are other things. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readJpeg(file: Buffer): Facts {
  let orientation = 1;
  for (let at = 2; ;) {
    // Any number of FF may stand before a marker; what is between segments is passed over, as libjpeg does.
    while (file.readUInt8(at) !== 0xff) at++;
    while (file.readUInt8(at) === 0xff) at++;
    const marker = file.readUInt8(at++);
    // Without a length: TEM, restarts, and zeros that stuff data.
    if (marker === 0x01 || marker === 0x00 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = file.readUInt16BE(at);
    if (marker === 0xe1 && file.toString('latin1', at + 2, at + 8) === 'Exif\0\0') {
      orientation = orientationOf(file.subarray(at + 8, at + length));
    }
    if (isFrame(marker)) {
      return plain(
        file,
        file.readUInt16BE(at + 3),
        file.readUInt16BE(at + 5),
        file.readUInt8(at + 7) === 1,
        orientation,
      );
    }
    at += length;
  }
}

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** Of the first directory of an Exif block; 1 where it has none, or none that is one. */
function orientationOf(tiff: Buffer): number {
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const [short, long] = little
    ? [(at: number) => tiff.readUInt16LE(at), (at: number) => tiff.readUInt32LE(at)]
    : [(at: number) => tiff.readUInt16BE(at), (at: number) => tiff.readUInt32BE(at)];
  try {
    if (short(2) !== 42) return 1;
    const directory = long(4);
    for (let entry = 0; entry < short(directory); entry++) {
      const at = directory + 2 + 12 * entry;
      if (short(at) !== ORIENTATION_TAG) continue;
      const value = short(at + 2) === SHORT ? short(at + 8) : 1;
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch (error) {
    // A broken block of facts is no broken image.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/**
 * What is decoded ends after the first frame: the others, of which there may be very many, would be decoded too. It
 * is moved to the corner, since TensorFlow's canvas is no larger than the frame and would cut it.
 */
function readGif(file: Buffer): Facts {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colours(file.readUInt8(10));
  const skipBlocks = (): void => {
    for (let length = 1; length > 0;) {
      length = file.readUInt8(at);
      at += length + 1;
    }
  };
  for (;;) {
    const block = file.readUInt8(at++);
    if (block === 0x21) {
      at++;
      skipBlocks();
    } else if (block === 0x2c) {
      const frame = at;
      const [width, height] = [file.readUInt16LE(frame + 4), file.readUInt16LE(frame + 6)];
      at += 9 + colours(file.readUInt8(frame + 8)) + 1;
      skipBlocks();
      const bytes = Buffer.concat([file.subarray(0, at), Buffer.of(0x3b)]);
      return plain(bytes.fill(0, frame, frame + 4), height, width);
    } else {
      throw new RangeError('no frame');
    }
  }
}

function readWebP(file: Buffer): Facts | string {
  const form = file.toString('latin1', 12, 16);
  // Lossy, after the three bytes of its start code; lossless; and one of several chunks.
  if (form === 'VP8 ') return plain(file, file.readUInt16LE(28) & 0x3fff, file.readUInt16LE(26) & 0x3fff);
  if (form === 'VP8L') {
    const bits = file.readUInt32LE(21);
    return plain(file, ((bits >>> 14) & 0x3fff) + 1, (bits & 0x3fff) + 1);
  }
  if (form !== 'VP8X') throw new RangeError('no image');
  // All frames would be decoded at once, however many they are.
  if (file.readUInt8(20) & 2) return 'is an animated WebP image, and only still ones are read';
  return plain(file, file.readUIntLE(27, 3) + 1, file.readUIntLE(24, 3) + 1);
}

export interface BmpHeader {
  height: number;
  width: number;
  /** Rows go from the top down, which in a BMP is the exception. */
  topDown: boolean;
  bitsPerPixel: number;
  /** 0 for none, 3 for pixels that masks divide. */
  compression: number;
  /** Where the colours of the palette begin, four bytes each, and how many there are. */
  palette: { at: number; colours: number };
  /** Where the pixels begin. */
  pixels: number;
}

export const OTHER_BMP =
  'is a BMP image that is compressed, or of another form that is not read; save it as PNG';

/** @throws RangeError where the file is too short for it */
export function bmpHeader(file: Buffer): BmpHeader {
  const length = file.readUInt32LE(14);
  const height = file.readInt32LE(22);
  const bitsPerPixel = file.readUInt16LE(28);
  const most = bitsPerPixel <= 8 ? 2 ** bitsPerPixel : 0;
  return {
    height: Math.abs(height),
    width: file.readInt32LE(18),
    topDown: height < 0,
    bitsPerPixel,
    compression: file.readUInt32LE(30),
    palette: { at: 14 + length, colours: Math.min(file.readUInt32LE(46) || most, most) },
    pixels: file.readUInt32LE(10),
  };
}
