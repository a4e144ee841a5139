/**
 * Images that are asked for as they come into sight, some rows at a time. What has been scrolled past before its turn is not asked for,
 * and what was seen longest ago is forgotten.
 */

/** Units under way at the same time: one that is read, and one that waits for it. */
const AT_ONCE = 2;
/** Bytes that are kept. */
const KEPT_BYTES = 64e6;

export interface ImageUnits {
  /** The images of a unit; undefined until they are there. */
  get(unit: number): Uint8Array | undefined;
  /** Says which units are in sight: they are asked for, in this order, before any other. */
  want(units: readonly number[]): void;
}

/**
 * @param read asks for a unit; null where it cannot be had
 * @param arrived called with each unit that has come
 */
export function imageUnits(
  read: (unit: number) => Promise<Uint8Array | null>,
  arrived: (unit: number) => void,
): ImageUnits {
  /** In the order of their last use. */
  const units = new Map<number, Uint8Array>();
  const underWay = new Set<number>();
  /** Those that could not be had are not asked for again. */
  const refused = new Set<number>();
  let wanted: readonly number[] = [];
  let bytes = 0;

  function forget(): void {
    for (const [unit, { length }] of units) {
      if (bytes <= KEPT_BYTES) return;
      if (wanted.includes(unit)) continue;
      units.delete(unit);
      bytes -= length;
    }
  }

  function next(): void {
    for (const unit of wanted) {
      if (underWay.size >= AT_ONCE) return;
      if (units.has(unit) || underWay.has(unit) || refused.has(unit)) continue;
      underWay.add(unit);
      void read(unit).then((images) => {
        underWay.delete(unit);
        if (images === null) refused.add(unit);
        else {
          units.set(unit, images);
          bytes += images.length;
          forget();
          arrived(unit);
        }
        next();
      });
    }
  }

  return {
    get(unit) {
      const found = units.get(unit);
      if (found) {
        units.delete(unit);
        units.set(unit, found);
      }
      return found;
    },
    want(now) {
      wanted = now;
      next();
    },
  };
}
