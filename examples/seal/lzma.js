// LZMA in the `.lzma` form → bytes, after the LZMA specification (7-zip.org/sdk.html): a quarter smaller than gzip, which is all
// that browsers unpack themselves. Gives a function that unpacks as far as it is told and gives what is new. A piece a task, so that
// none holds the page up.
const lzma = (packed) => {
  const [lc, lp, pb] = [packed[0] % 9, Math.floor(packed[0] / 9) % 5, Math.floor(packed[0] / 45)];
  const out = new Uint8Array(new DataView(packed.buffer, packed.byteOffset).getUint32(5, true));
  // All chances in one, and the coder's code and range in another: numbers of 32 bits elsewhere are objects.
  const literals = 1900;
  const chances = new Uint16Array(literals + (0x300 << (lc + lp))).fill(1024);
  const coder = new Uint32Array([0, 0xffffffff]);
  let from = 14;
  const next = () => {
    coder[0] = (coder[0] << 8) | packed[from];
    from += 1;
  };
  for (let i = 0; i < 4; i += 1) next();
  const bit = (at) => {
    const chance = chances[at];
    const range = coder[1];
    const bound = Math.imul(range >>> 11, chance) >>> 0;
    const code = coder[0];
    let left = bound;
    let is = 0;
    if (code < bound) chances[at] = chance + ((2048 - chance) >> 5);
    else {
      left = range - bound;
      coder[0] = code - bound;
      chances[at] = chance - (chance >> 5);
      is = 1;
    }
    if (left < 0x1000000) {
      left <<= 8;
      next();
    }
    coder[1] = left;
    return is;
  };
  const tree = (base, bits) => {
    let m = 1;
    for (let i = 0; i < bits; i += 1) m = (m << 1) | bit(base + m);
    return m - (1 << bits);
  };
  const back = (base, bits) => {
    let m = 1;
    let value = 0;
    for (let i = 0; i < bits; i += 1) {
      const b = bit(base + m);
      m = (m << 1) | b;
      value |= b << i;
    }
    return value;
  };
  const plain = (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i += 1) {
      let range = coder[1] >>> 1;
      const is = coder[0] >= range;
      if (is) coder[0] -= range;
      value = value * 2 + (is ? 1 : 0);
      if (range < 0x1000000) {
        range <<= 8;
        next();
      }
      coder[1] = range;
    }
    return value;
  };
  const length = (base, place) => {
    if (!bit(base)) return 2 + tree(base + 2 + (place << 3), 3);
    return bit(base + 1) ? 18 + tree(base + 258, 8) : 10 + tree(base + 130 + (place << 3), 3);
  };
  const [isMatch, isLong, isRepeat, isOther, isThird, isFourth] = [0, 192, 384, 396, 408, 420];
  const [slots, special, align, fresh, again] = [432, 688, 816, 832, 1346];
  let [at, state, given] = [0, 0, 0];
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const step = () => {
    const place = at & ((1 << pb) - 1);
    if (!bit(isMatch + (state << 4) + place)) {
      const before = at > 0 ? out[at - 1] : 0;
      const base = literals + 0x300 * (((at & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        let same = out[at - first - 1];
        while (symbol < 0x100) {
          const wanted = (same >> 7) & 1;
          same <<= 1;
          const b = bit(base + ((1 + wanted) << 8) + symbol);
          symbol = (symbol << 1) | b;
          if (wanted !== b) break;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(base + symbol);
      out[at] = symbol;
      at += 1;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      return;
    }
    let count = 1;
    if (bit(isRepeat + state)) {
      let short = false;
      if (!bit(isOther + state)) short = !bit(isLong + (state << 4) + place);
      else {
        let distance = second;
        if (bit(isThird + state)) {
          distance = third;
          if (bit(isFourth + state)) {
            distance = fourth;
            fourth = third;
          }
          third = second;
        }
        second = first;
        first = distance;
      }
      if (!short) count = length(again, place);
      state = short ? (state < 7 ? 9 : 11) : state < 7 ? 8 : 11;
    } else {
      count = length(fresh, place);
      state = state < 7 ? 7 : 10;
      const slot = tree(slots + (Math.min(count - 2, 3) << 6), 6);
      let distance = slot;
      if (slot >= 4) {
        const bits = (slot >> 1) - 1;
        distance = (2 | (slot & 1)) << bits;
        if (slot < 14) distance += back(special + distance - slot, bits);
        else distance += plain(bits - 4) * 16 + back(align, 4);
      }
      fourth = third;
      third = second;
      second = first;
      first = distance;
    }
    const back1 = first + 1;
    for (const end = at + count; at < end; at += 1) out[at] = out[at - back1];
  };
  return async (end = out.length) => {
    for (let turn = at; at < end; ) {
      if (at >= turn) {
        await pause();
        turn = at + 0x20000;
      }
      step();
    }
    const from = given;
    given = end;
    return out.subarray(from, end);
  };
};
