/** A growing column of numbers: appends cost amortised O(1) and the values stay packed. */
export class Column {
  #values = new Float64Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    this.#reserve(this.#length + 1);
    this.#values[this.#length++] = value;
  }

  /** Several values at once. */
  append(values: Float64Array): void {
    this.#reserve(this.#length + values.length);
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const larger = new Float64Array(Math.max(this.#values.length * 2, length));
    larger.set(this.#values);
    this.#values = larger;
  }

  /** The value at an index; NaN outside the column. */
  at(index: number): number {
    return index >= 0 && index < this.#length ? this.#values[index]! : NaN;
  }

  last(): number {
    return this.at(this.#length - 1);
  }

  /** All values so far, without a copy; of no use any more after the next append. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /**
   * Index of the first value that is at least `value`, or the length where there is none. The column must be in
   * ascending order.
   */
  lowerBound(value: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
