// Streams of like with like → the program that examples/seal/filter.rs made them from: it says what stands in which. A piece a task.
const weave = async (size, parts) => {
  // Room for the widest size, which is written once what it measures is there.
  const out = new Uint8Array(size + 16);
  const [wide, address, code] = [5, 0xe0, 10];
  const memory = [0x28, 0x29, 0x2d, 0x36, 0x37, 0x3a];
  let at = 0;
  // The locals that the function used last, and the offset.
  let [last, before, offset] = [0, 0, 0];
  const keep = (byte) => {
    out[at] = byte;
    at += 1;
  };
  const source = (bytes) => ({ bytes, at: 0 });
  const take = (from) => {
    from.at += 1;
    return from.bytes[from.at - 1];
  };
  const read = (from) => {
    let value = 0;
    let shift = 0;
    let byte = 128;
    while (byte > 127) {
      byte = take(from);
      value |= (byte & 127) << shift;
      shift += 7;
    }
    return value;
  };
  const number = (from) => {
    let value = 0;
    let shift = 0;
    let byte = 128;
    while (byte > 127) {
      byte = take(from);
      keep(byte);
      value |= (byte & 127) << shift;
      shift += 7;
    }
    return value;
  };
  const measured = (value) => {
    let left = value;
    while (left > 127) {
      keep((left & 127) | 128);
      left >>>= 7;
    }
    keep(left);
  };
  const plain = (from, count) => {
    out.set(from.bytes.subarray(from.at, from.at + count), at);
    from.at += count;
    at += count;
  };
  const close = (start) => {
    const [from, end] = [start + wide, at];
    at = start;
    measured(end - from);
    out.copyWithin(at, from, end);
    at += end - from;
  };
  const [rest, ops, locals, offsets, addresses, calls, others] = parts.map(source);
  const sizes = Array.from({ length: 515 }, () => read(others));
  const kinds = sizes.map((length) => {
    const from = others.at;
    others.at += length;
    return source(others.bytes.subarray(from, others.at));
  });
  const [declared, branches, raw] = kinds.slice(512);
  const vector = (op) => {
    if (op < 12 || (op > 83 && op < 94)) {
      number(ops);
      number(offsets);
      if (op > 83 && op < 92) number(ops);
    } else if (op < 14) plain(raw, 16);
    else if (op > 20 && op < 35) plain(ops, 1);
  };
  const useLocal = (local) => {
    if (local === last) return;
    before = last;
    last = local;
  };
  // An instruction that says what follows it.
  const short = (op) => {
    if (op < 0xcb) {
      const local = (op - 0xc5) % 2 ? before : last;
      keep(0x20 + ((op - 0xc5) >> 1));
      measured(local);
      useLocal(local);
    } else if (op < 0xcd) {
      keep(0x41);
      keep(op - 0xcb);
    } else if (op < address) {
      offset = (op - 0xd3) % 2 ? offset + 4 : 0;
      keep(memory[(op - 0xd3) >> 1]);
      keep(0);
      measured(offset);
    } else if (op === address) {
      keep(0x41);
      for (let i = 3; i >= 0; i -= 1) out[at + i] = take(addresses);
      at += 4;
    } else {
      keep(op - 0xb9);
      number(ops);
      number(offsets);
    }
    return 0;
  };
  const one = () => {
    const op = take(ops);
    if (op > 0xc4 && op < 0xf8 && (op < 0xd0 || op > 0xd2)) return short(op);
    keep(op);
    if (op > 0x44 && op < 0xc5) return 0;
    if (op > 0x1f && op < 0x23) useLocal(number(locals));
    else if (op > 0x27 && op < 0x3f) {
      keep(0);
      offset = number(offsets);
    } else if (op === 0x41 || op === 0x42) number(kinds[ops.bytes[ops.at] + (op === 0x42 ? 256 : 0)]);
    else if (op === 0x10 || op === 0x12 || op === 0xd2) measured(take(calls) * 256 + take(calls));
    else if (op === 0x0b) return -1;
    else if (op === 0x0c || op === 0x0d) number(branches);
    else if (op > 1 && op < 5) {
      number(ops);
      return 1;
    } else if (op === 0x0e) for (let left = number(branches); left >= 0; left -= 1) number(branches);
    else if ((op > 0x22 && op < 0x27) || op === 0x3f || op === 0x40 || op === 0xd0) number(ops);
    else if (op === 0x11) {
      number(ops);
      number(ops);
    } else if (op === 0x43 || op === 0x44) plain(raw, op === 0x43 ? 4 : 8);
    else if (op === 0xfc) {
      const which = number(ops);
      if (which > 7) number(ops);
      if (which > 7 && which < 15 && which % 2 === 0) number(ops);
    } else if (op === 0xfd) vector(number(ops));
    return 0;
  };
  const body = () => {
    const start = at;
    at += wide;
    [last, before, offset] = [-1, -1, 0];
    for (let left = number(declared); left > 0; left -= 1) {
      number(declared);
      plain(declared, 1);
    }
    for (let depth = 1; depth > 0;) depth += one();
    close(start);
  };
  plain(rest, 8);
  while (rest.at < rest.bytes.length) {
    const section = take(rest);
    keep(section);
    if (section !== code) {
      plain(rest, number(rest));
      continue;
    }
    read(rest);
    const start = at;
    at += wide;
    let turn = at;
    for (let left = number(rest); left > 0; left -= 1) {
      if (at >= turn) {
        await pause();
        turn = at + 0x40000;
      }
      body();
    }
    close(start);
  }
  return out.subarray(0, size);
};
