// LZMA in the `.lzma` form → bytes, after the LZMA specification (7-zip.org/sdk.html): a quarter smaller than gzip, which is all
// that browsers unpack themselves. Gives a function that unpacks as far as it is told and gives what is new. A piece a task, so that
// none holds the page up.
const lzma = (packed) => {
  const [lc, lp, pb] = [packed[0] % 9, Math.floor(packed[0] / 9) % 5, Math.floor(packed[0] / 45)];
  const out = new Uint8Array(new DataView(packed.buffer, packed.byteOffset).getUint32(5, true));
  const half = (n) => new Uint16Array(n).fill(1024);
  let [from, code, range] = [14, 0, 0xffffffff];
  const next = () => {
    code = code * 256 + packed[from];
    from += 1;
  };
  for (let i = 0; i < 4; i += 1) next();
  const widen = () => {
    if (range < 0x1000000) {
      range *= 256;
      next();
    }
  };
  const bit = (chances, at) => {
    const chance = chances[at];
    const bound = (range >>> 11) * chance;
    const is = code >= bound;
    if (is) {
      range -= bound;
      code -= bound;
      chances[at] = chance - (chance >> 5);
    } else {
      range = bound;
      chances[at] = chance + ((2048 - chance) >> 5);
    }
    widen();
    return is ? 1 : 0;
  };
  const tree = (chances, base, bits) => {
    let m = 1;
    for (let i = 0; i < bits; i += 1) m = (m << 1) | bit(chances, base + m);
    return m - (1 << bits);
  };
  const back = (chances, base, bits) => {
    let [m, value] = [1, 0];
    for (let i = 0; i < bits; i += 1) {
      const b = bit(chances, base + m);
      m = (m << 1) | b;
      value |= b << i;
    }
    return value;
  };
  const plain = (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i += 1) {
      range >>>= 1;
      const is = code >= range;
      if (is) code -= range;
      value = value * 2 + (is ? 1 : 0);
      widen();
    }
    return value;
  };
  const lengths = () => ({ choice: half(2), low: half(128), mid: half(128), high: half(256) });
  const length = ({ choice, low, mid, high }, place) => {
    if (!bit(choice, 0)) return 2 + tree(low, place << 3, 3);
    return bit(choice, 1) ? 18 + tree(high, 0, 8) : 10 + tree(mid, place << 3, 3);
  };
  const [isMatch, isLong] = [half(192), half(192)];
  const [isRepeat, isOther, isThird, isFourth] = [half(12), half(12), half(12), half(12)];
  const [slots, special, align, literals] = [half(256), half(128), half(16), half(0x300 << (lc + lp))];
  const [fresh, again] = [lengths(), lengths()];
  let [at, state, given] = [0, 0, 0];
  let past = [0, 0, 0, 0];
  const step = () => {
    const place = at & ((1 << pb) - 1);
    if (!bit(isMatch, (state << 4) + place)) {
      const before = at > 0 ? out[at - 1] : 0;
      const base = 0x300 * (((at & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        let same = out[at - past[0] - 1];
        while (symbol < 0x100) {
          const wanted = (same >> 7) & 1;
          same <<= 1;
          const b = bit(literals, base + ((1 + wanted) << 8) + symbol);
          symbol = (symbol << 1) | b;
          if (wanted !== b) break;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(literals, base + symbol);
      out[at] = symbol;
      at += 1;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      return;
    }
    let count = 1;
    if (bit(isRepeat, state)) {
      let short = false;
      if (!bit(isOther, state)) short = !bit(isLong, (state << 4) + place);
      else {
        const nth = bit(isThird, state) ? 2 + bit(isFourth, state) : 1;
        past = [past[nth], ...past.filter((_, i) => i !== nth)];
      }
      if (!short) count = length(again, place);
      state = short ? (state < 7 ? 9 : 11) : state < 7 ? 8 : 11;
    } else {
      count = length(fresh, place);
      state = state < 7 ? 7 : 10;
      const slot = tree(slots, Math.min(count - 2, 3) << 6, 6);
      let distance = slot;
      if (slot >= 4) {
        const bits = (slot >> 1) - 1;
        distance = (2 | (slot & 1)) * 2 ** bits;
        if (slot < 14) distance += back(special, distance - slot, bits);
        else distance += plain(bits - 4) * 16 + back(align, 0, 4);
      }
      past = [distance, past[0], past[1], past[2]];
    }
    for (let left = count; left > 0; left -= 1) {
      out[at] = out[at - past[0] - 1];
      at += 1;
    }
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
