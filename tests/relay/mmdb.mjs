// A tiny database in MaxMind's format, version 2 (maxmind.github.io/MaxMind-DB): one
// network of IPv4 with one record.
const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

function encode(value) {
  const control = (type, size) => {
    const head = type > 7 ? [size, type - 7] : [type << 5 | size];
    return size < 29 ? head : [head[0] & 0xe0 | 29, size - 29, ...head.slice(1)];
  };
  if (typeof value === 'string') return bytes(control(2, Buffer.byteLength(value)), value);
  if (typeof value === 'bigint') return bytes(control(6, 4), [24n, 16n, 8n, 0n].map((shift) => Number(value >> shift & 255n)));
  if (typeof value === 'number') {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return bytes(control(3, 8), double);
  }
  if (Array.isArray(value)) return bytes(control(11, value.length), ...value.map(encode));
  const pairs = Object.entries(value);
  return bytes(control(7, pairs.length), ...pairs.flatMap(([name, member]) => [encode(name), encode(member)]));
}

export function mmdb(network, prefix, record) {
  const address = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  // A node for each bit: one side goes on, the other is nothing (the count of nodes).
  const tree = Buffer.alloc(prefix * 6);
  for (let bit = 0; bit < prefix; bit++) {
    const on = bit + 1 === prefix ? prefix + 16 : bit + 1;
    const side = (address >>> (31 - bit)) & 1;
    tree.writeUIntBE(side ? prefix : on, bit * 6, 3);
    tree.writeUIntBE(side ? on : prefix, bit * 6 + 3, 3);
  }
  const metadata = {
    node_count: BigInt(prefix), record_size: 24n, ip_version: 4n, database_type: 'Test-City', languages: ['en'],
    binary_format_major_version: 2n, binary_format_minor_version: 0n, build_epoch: 1n, description: { en: 'made by a test' },
  };
  return bytes(tree, Buffer.alloc(16), encode(record), '\xab\xcd\xefMaxMind.com'.split('').map((c) => c.charCodeAt(0)), encode(metadata));
}
