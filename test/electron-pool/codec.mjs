/**
 * Structured values as a JSON text, cycles and shared references included. Electron 22's Node crashes in
 * `v8.Serializer.releaseBuffer` (it hands V8 memory from outside its sandbox), so a test worker inside it cannot
 * send by structured clone; see pool.mjs.
 */

const UNDEFINED = -1;

export function encode(root) {
  const table = [];
  const seen = new Map();
  const put = (value) => {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return UNDEFINED;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const index = table.length;
    table.push(null);
    seen.set(value, index);
    table[index] = entry(value);
    return index;
  };
  const fields = (object, keys) => keys.flatMap((key) => [key, put(object[key])]);
  const entry = (value) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : ['number', Object.is(value, -0) ? '-0' : String(value)];
    if (typeof value === 'bigint') return ['bigint', String(value)];
    if (Array.isArray(value)) return ['array', ...value.map(put)];
    if (value instanceof Map) return ['map', ...[...value].flatMap(([key, item]) => [put(key), put(item)])];
    if (value instanceof Set) return ['set', ...[...value].map(put)];
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (ArrayBuffer.isView(value)) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return [
        'bytes',
        value instanceof DataView || Buffer.isBuffer(value) ? 'Uint8Array' : value.constructor.name,
        bytes.toString('base64'),
      ];
    }
    if (value instanceof Error) {
      const keys = new Set(['name', 'message', 'stack', ...Object.keys(value)]);
      return ['error', ...fields(value, [...keys])];
    }
    return ['object', ...fields(value, Object.keys(value))];
  };
  return JSON.stringify({ root: put(root), table });
}

export function decode(text) {
  const { root, table } = JSON.parse(text);
  const made = new Map();
  const get = (index) => {
    if (index === UNDEFINED) return undefined;
    const entry = table[index];
    if (!Array.isArray(entry)) return entry;
    if (made.has(index)) return made.get(index);
    const [type, ...rest] = entry;
    const keep = (value) => {
      made.set(index, value);
      return value;
    };
    const fill = (object) => {
      for (let i = 0; i < rest.length; i += 2) {
        Object.defineProperty(object, rest[i], {
          value: get(rest[i + 1]),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    };
    switch (type) {
      case 'number':
        return Number(rest[0]);
      case 'bigint':
        return BigInt(rest[0]);
      case 'array': {
        const array = keep([]);
        for (const item of rest) array.push(get(item));
        return array;
      }
      case 'map': {
        const map = keep(new Map());
        for (let i = 0; i < rest.length; i += 2) map.set(get(rest[i]), get(rest[i + 1]));
        return map;
      }
      case 'set': {
        const set = keep(new Set());
        for (const item of rest) set.add(get(item));
        return set;
      }
      case 'date':
        return keep(new Date(rest[0]));
      case 'regexp':
        return keep(new RegExp(rest[0], rest[1]));
      case 'bytes': {
        const bytes = Buffer.from(rest[1], 'base64');
        const Type = globalThis[rest[0]] ?? Uint8Array;
        return keep(new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
      }
      case 'error':
        return fill(keep(new Error()));
      default:
        return fill(keep({}));
    }
  };
  return get(root);
}
