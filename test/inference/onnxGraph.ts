/** Writes small ONNX graphs byte by byte (onnx.proto3), so that tests can hold graphs that nobody would publish. */

const fields = {
  varint: (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]),
  bytes: (field: number, value: Buffer | string): Buffer => {
    const content = Buffer.from(value as string);
    return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
  },
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  return Buffer.from([...bytes, Number(left)]);
}

const types = { float: 1, int64: 7, bool: 9 } as const;
type ElementType = keyof typeof types;

/** ValueInfoProto; names stand for free dimensions. */
export function value(name: string, type: ElementType, dims: readonly (number | string)[]): Buffer {
  const shape = dims.map((dim) =>
    fields.bytes(1, typeof dim === 'number' ? fields.varint(1, dim) : fields.bytes(2, dim)),
  );
  const tensor = Buffer.concat([fields.varint(1, types[type]), fields.bytes(2, Buffer.concat(shape))]);
  return Buffer.concat([fields.bytes(1, name), fields.bytes(2, fields.bytes(1, tensor))]);
}

/** TensorProto with raw data. */
export function initializer(name: string, type: ElementType, dims: readonly number[], raw: Buffer): Buffer {
  return Buffer.concat([
    ...dims.map((dim) => fields.varint(1, dim)),
    fields.varint(2, types[type]),
    fields.bytes(8, name),
    fields.bytes(9, raw),
  ]);
}

/** TensorProto whose data stand in another file. */
export function externalInitializer(name: string, dims: readonly number[], location: string): Buffer {
  const entry = Buffer.concat([fields.bytes(1, 'location'), fields.bytes(2, location)]);
  return Buffer.concat([
    ...dims.map((dim) => fields.varint(1, dim)),
    fields.varint(2, types.float),
    fields.bytes(8, name),
    fields.bytes(13, entry),
    fields.varint(14, 1),
  ]);
}

export function intAttribute(name: string, value: number): Buffer {
  return fields.bytes(5, Buffer.concat([fields.bytes(1, name), fields.varint(3, value), fields.varint(20, 2)]));
}

export function graphAttribute(name: string, graph: Buffer): Buffer {
  return fields.bytes(5, Buffer.concat([fields.bytes(1, name), fields.bytes(6, graph), fields.varint(20, 5)]));
}

interface NodeParts {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Buffer[];
  readonly domain?: string;
}

export function node({ operator, inputs, outputs, attributes = [], domain }: NodeParts): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => fields.bytes(1, name)),
    ...outputs.map((name) => fields.bytes(2, name)),
    fields.bytes(3, `${operator}_${outputs.join('_')}`),
    fields.bytes(4, operator),
    ...attributes,
    ...(domain ? [fields.bytes(7, domain)] : []),
  ]);
}

interface GraphParts {
  readonly nodes: readonly Buffer[];
  readonly inputs?: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  readonly initializers?: readonly Buffer[];
}

export function graph({ nodes, inputs = [], outputs, initializers = [] }: GraphParts): Buffer {
  return Buffer.concat([
    ...nodes.map((one) => fields.bytes(1, one)),
    fields.bytes(2, 'g'),
    ...initializers.map((one) => fields.bytes(5, one)),
    ...inputs.map((one) => fields.bytes(11, one)),
    ...outputs.map((one) => fields.bytes(12, one)),
  ]);
}

export function model(content: Buffer, opsets: Readonly<Record<string, number>> = { '': 17 }): Buffer {
  const imports = Object.entries(opsets).map(([domain, version]) =>
    fields.bytes(8, Buffer.concat([fields.bytes(1, domain), fields.varint(2, version)])),
  );
  return Buffer.concat([fields.varint(1, 8), fields.bytes(7, content), ...imports]);
}

const tokens = value('input_ids', 'int64', ['batch', 'tokens']);
const logits = value('logits', 'float', ['batch', 2]);

/** Two logits that depend on the tokens: their sum, and zero. */
const logitsOf = (ids: string): readonly Buffer[] => [
  node({ operator: 'Cast', inputs: [ids], outputs: ['floats'], attributes: [intAttribute('to', types.float)] }),
  node({
    operator: 'ReduceSum',
    inputs: ['floats', 'axis'],
    outputs: ['sum'],
    attributes: [intAttribute('keepdims', 1)],
  }),
  node({ operator: 'Sub', inputs: ['sum', 'sum'], outputs: ['zero'] }),
];
const twoLogits = logitsOf('input_ids');
const axis = initializer('axis', 'int64', [1], int64(1));
const joined = (parts: readonly string[]) =>
  node({ operator: 'Concat', inputs: parts, outputs: ['logits'], attributes: [intAttribute('axis', 1)] });

/** A classifier of two labels in a few hundred bytes. */
export function tinyClassifier(): Buffer {
  return model(
    graph({
      nodes: [...twoLogits, joined(['sum', 'zero'])],
      inputs: [tokens],
      outputs: [logits],
      initializers: [axis],
    }),
  );
}

/** A classifier that loops for as long as the sum of the tokens is above zero, which is for ever. */
export function endlessClassifier(): Buffer {
  const body = graph({
    nodes: [
      node({ operator: 'Identity', inputs: ['keep_in'], outputs: ['keep_out'] }),
      node({ operator: 'Identity', inputs: ['carried_in'], outputs: ['carried_out'] }),
    ],
    inputs: [value('turn', 'int64', []), value('keep_in', 'bool', []), value('carried_in', 'float', ['batch', 1])],
    outputs: [value('keep_out', 'bool', []), value('carried_out', 'float', ['batch', 1])],
  });
  const nodes = [
    ...twoLogits,
    node({ operator: 'ReduceMax', inputs: ['sum'], outputs: ['largest'], attributes: [intAttribute('keepdims', 0)] }),
    node({ operator: 'Cast', inputs: ['largest'], outputs: ['keep'], attributes: [intAttribute('to', types.bool)] }),
    node({
      operator: 'Loop',
      inputs: ['', 'keep', 'zero'],
      outputs: ['looped'],
      attributes: [graphAttribute('body', body)],
    }),
    joined(['sum', 'looped']),
  ];
  return model(graph({ nodes, inputs: [tokens], outputs: [logits], initializers: [axis] }));
}

/** A classifier with one weight in another file. */
export function externalClassifier(location: string): Buffer {
  const nodes = [
    ...twoLogits,
    node({ operator: 'Add', inputs: ['zero', 'weight'], outputs: ['added'] }),
    joined(['sum', 'added']),
  ];
  return model(
    graph({
      nodes,
      inputs: [tokens],
      outputs: [logits],
      initializers: [axis, externalInitializer('weight', [1], location)],
    }),
  );
}

/** A classifier whose logits are no numbers: zero divided by zero. */
export function nanClassifier(): Buffer {
  const nodes = [
    ...twoLogits,
    node({ operator: 'Div', inputs: ['zero', 'zero'], outputs: ['nan'] }),
    joined(['sum', 'nan']),
  ];
  return model(graph({ nodes, inputs: [tokens], outputs: [logits], initializers: [axis] }));
}

/** A classifier that was exported for one text of `length` tokens; with a mask, the sum is that of the tokens it shows. */
export function fixedClassifier(length: number, { hasMask }: { readonly hasMask: boolean }): Buffer {
  const of = (name: string) => value(name, 'int64', [1, length]);
  return model(
    graph({
      nodes: hasMask
        ? [
            node({ operator: 'Mul', inputs: ['input_ids', 'attention_mask'], outputs: ['shown'] }),
            ...logitsOf('shown'),
            joined(['sum', 'zero']),
          ]
        : [...twoLogits, joined(['sum', 'zero'])],
      inputs: hasMask ? [of('input_ids'), of('attention_mask')] : [of('input_ids')],
      outputs: [value('logits', 'float', [1, 2])],
      initializers: [axis],
    }),
  );
}

/** A classifier that needs an operator of somebody's own library. */
export function customClassifier(): Buffer {
  const nodes = [node({ operator: 'Evil', inputs: ['input_ids'], outputs: ['logits'], domain: 'com.example.ops' })];
  return model(graph({ nodes, inputs: [tokens], outputs: [logits] }), { '': 17, 'com.example.ops': 1 });
}

/** A classifier with an operator that a function of the file itself defines, as PyTorch's exporter writes them. */
export function functionClassifier(): Buffer {
  const domain = 'pkg.example';
  const nodes = [
    ...twoLogits,
    node({ operator: 'Same', inputs: ['zero'], outputs: ['same'], domain }),
    joined(['sum', 'same']),
  ];
  const same = Buffer.concat([
    fields.bytes(1, 'Same'),
    fields.bytes(4, 'x'),
    fields.bytes(5, 'y'),
    fields.bytes(7, node({ operator: 'Identity', inputs: ['x'], outputs: ['y'] })),
    fields.bytes(9, Buffer.concat([fields.bytes(1, ''), fields.varint(2, 17)])),
    fields.bytes(10, domain),
  ]);
  const content = graph({ nodes, inputs: [tokens], outputs: [logits], initializers: [axis] });
  return Buffer.concat([model(content, { '': 17, [domain]: 1 }), fields.bytes(25, same)]);
}

function int64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}
