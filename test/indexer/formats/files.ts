/** Builders of small weight files, byte by byte, so that nobody edits binaries by hand. */

export function safetensorsFile(header: object, dataBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function ggufText(text: string): Buffer {
  return Buffer.concat([u64(text.length), Buffer.from(text)]);
}

export function ggufFile(): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1),
    u64(2),
    ggufText('general.architecture'),
    u32(8),
    ggufText('llama'),
    ggufText('tokenizer.tokens'),
    u32(9),
    u32(8),
    u64(2),
    ggufText('a'),
    ggufText('b'),
    ggufText('w'),
    u32(2),
    u64(4),
    u64(2),
    u32(0),
    u64(0),
    Buffer.alloc(64),
  ]);
}

/** `{"w": ndarray float32 [2]}` as Flax writes it. */
export function msgpackFile(): Buffer {
  const array = Buffer.concat([
    Buffer.from([0x93, 0x91, 2, 0xa7]),
    Buffer.from('float32'),
    Buffer.from([0xc4, 8]),
    Buffer.alloc(8),
  ]);
  return Buffer.concat([Buffer.from([0x81, 0xa1, 0x77, 0xc7, array.length, 1]), array]);
}

export function npyFile(): Buffer {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    Buffer.alloc(24),
  ]);
}

/** Protocol 2: import `module.name` and call it with one text. */
export function pickleFile(module: string, name: string): Buffer {
  return Buffer.from(`\x80\x02c${module}\n${name}\nX\x02\x00\x00\x00hi\x85R.`, 'latin1');
}

/** A zip with one stored entry. */
export function zipFile(name: string, content: Buffer): Buffer {
  const nameBytes = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(nameBytes.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt32LE(content.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(nameBytes.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(46 + nameBytes.length, 12);
  end.writeUInt32LE(30 + nameBytes.length + content.length, 16);
  return Buffer.concat([local, nameBytes, content, central, nameBytes, end]);
}

interface PickledView {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly count: number;
}

/** The pickle of `{w: tensor}` (and `w1`, … for further storages) as PyTorch writes it: float32 views of storages. */
export function checkpointPickle(view: PickledView, keys: readonly string[] = ['0']): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from('X'), u32(value.length), Buffer.from(value)]);
  const number = (value: number) => Buffer.concat([Buffer.from('J'), u32(value >>> 0)]);
  const tuple = (values: readonly number[]) =>
    Buffer.concat([Buffer.from('('), ...values.map(number), Buffer.from('t')]);
  const tensor = (key: string) =>
    Buffer.concat([
      Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n(('),
      text('storage'),
      Buffer.from('ctorch\nFloatStorage\n'),
      text(key),
      text('cpu'),
      number(view.count),
      Buffer.from('tQ'),
      number(view.offset),
      tuple(view.shape),
      tuple(view.stride),
      Buffer.from([0x89]),
      Buffer.from('}tR'),
    ]);
  const items = keys.flatMap((key, index) => [text(index === 0 ? 'w' : `w${index}`), tensor(key)]);
  return Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}('), ...items, Buffer.from('u.')]);
}

/** A checkpoint's zip. `sameContent`: all entries but the pickle stand where the last one does. */
export function pickleZip(
  pickle: Buffer,
  storages: Readonly<Record<string, Buffer>>,
  { method = 0, sameContent = false }: { method?: number; sameContent?: boolean } = {},
): Buffer {
  const entries = Object.entries({ 'archive/data.pkl': pickle, ...storages });
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  entries.forEach(([name, content], index) => {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(index > 0 ? method : 0, 10);
    central.writeUInt32LE(content.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(name.length, 28);
    const isShared = sameContent && index > 1;
    central.writeUInt32LE(isShared ? at - locals.at(-1)!.length : at, 42);
    centrals.push(Buffer.concat([central, Buffer.from(name)]));
    if (isShared) return;
    locals.push(Buffer.concat([local, Buffer.from(name), content]));
    at += locals.at(-1)!.length;
  });
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
