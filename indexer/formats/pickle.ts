import { setImmediate } from 'node:timers/promises';
import { HubError } from '../../config/errors.js';
import { invalid } from './invalid.js';
import { elementCount, maxListedTensors } from './limits.js';
import { verdictOf } from './pickleImports.js';
import { called, emptyMap, mark, maxRank, other, storageOf, type Value } from './pickleValues.js';
import type { TensorInfo, WeightHeader } from './types.js';

/*
 * Walks the opcodes of a pickle (CPython Lib/pickletools.py) over a stack of abstract values. Nothing is imported, built
 * or called: a call leaves a note of what would have been called. So a state dict shows its tensors and a hostile
 * pickle shows its imports.
 */

/** Of all pickles in a file. */
const maxOpcodes = 2_000_000;
/** Others have their turn after so many: some milliseconds. */
const opcodesAtOnce = 20_000;
const maxStack = 100_000;
const maxMemo = 1_000_000;
const maxImports = 1000;
const extension = ['?', 'extension'] as const;
const unknownExtension = extension.join('.');

export interface PickleFacts {
  readonly imports: NonNullable<WeightHeader['pickleImports']>;
  readonly tensors: readonly TensorInfo[];
  readonly tensorCount: number;
  readonly parameters: Readonly<Record<string, number>>;
  /** The types of the elements of all storages by their keys; storages of bytes say U8. */
  readonly storageTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** What stands on the stack at the end. */
  readonly value: Value;
  /** Position after STOP, or where reading ended. */
  readonly end: number;
  /** Why reading ended before STOP. Python imports and calls what stands before that all the same. */
  readonly problem?: string;
}

/** How many opcodes may still be walked: one count for all pickles of a file. */
export interface OpcodeCount {
  left: number;
}

export function opcodeCount(): OpcodeCount {
  return { left: maxOpcodes };
}

/** @throws HubError WEIGHT_HEADER_INVALID (no pickle, cut off, over a limit) when nothing is imported before that */
export function walkPickle(path: string, bytes: Buffer, count: OpcodeCount, start = 0): Promise<PickleFacts> {
  return new PickleWalk(path, bytes, count, start).run();
}

class PickleWalk {
  readonly #path: string;
  readonly #bytes: Buffer;
  readonly #count: OpcodeCount;
  #at: number;
  #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();
  readonly #imports = new Map<string, NonNullable<WeightHeader['pickleImports']>[number]>();
  readonly #tensors: TensorInfo[] = [];
  readonly #parameters: Record<string, number> = {};
  readonly #storageTypes = new Map<string, Set<string>>();
  #tensorCount = 0;

  constructor(path: string, bytes: Buffer, count: OpcodeCount, start: number) {
    this.#path = path;
    this.#bytes = bytes;
    this.#count = count;
    this.#at = start;
  }

  async run(): Promise<PickleFacts> {
    try {
      return await this.#walk();
    } catch (error) {
      if (!(error instanceof HubError) || !this.#hasNamed()) throw error;
      return { ...this.#result(), problem: String(error.details.reason) };
    }
  }

  /** Python stops at the code of an extension that nobody registered: bytes at random have some, and are no pickle for that. */
  #hasNamed(): boolean {
    return [...this.#imports.keys()].some((name) => name !== unknownExtension);
  }

  async #walk(): Promise<PickleFacts> {
    while (this.#count.left > 0) {
      if (--this.#count.left % opcodesAtOnce === 0) await setImmediate();
      const opcode = this.#take(1)[0]!;
      if (opcode === 0x2e) return this.#result();
      this.#step(opcode);
      if (this.#stack.length > maxStack) this.#fail('its stack is too deep');
    }
    return this.#fail('it has too many opcodes');
  }

  #result(): PickleFacts {
    return {
      imports: [...this.#imports.values()],
      tensors: this.#tensors,
      tensorCount: this.#tensorCount,
      parameters: this.#parameters,
      storageTypes: this.#storageTypes,
      value: this.#stack.at(-1) ?? other,
      end: this.#at,
    };
  }

  #fail(reason: string): never {
    throw invalid(this.#path, `the pickle cannot be read: ${reason} (at byte ${this.#at})`);
  }

  #take(length: number): Buffer {
    if (!(length >= 0) || this.#at + length > this.#bytes.length) this.#fail('it is cut off');
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) this.#fail('a line does not end');
    const text = this.#bytes.toString('utf8', this.#at, Math.min(end, this.#at + 4096));
    this.#at = end + 1;
    return text;
  }

  #push(value: Value): void {
    this.#stack.push(value);
  }

  #pop(): Value {
    return this.#stack.pop() ?? this.#fail('it takes from an empty stack');
  }

  #sinceMark(): Value[] {
    const at = this.#stack.findLastIndex((value) => value.kind === 'mark');
    if (at < 0) this.#fail('a mark is missing');
    return this.#stack.splice(at).slice(1);
  }

  #text(length: number): void {
    this.#push({ kind: 'text', text: this.#take(length).toString('utf8', 0, Math.min(length, 4096)) });
  }

  #remember(slot: number): void {
    if (this.#memo.size >= maxMemo) this.#fail('its memo is too large');
    this.#memo.set(slot, this.#stack.at(-1) ?? other);
  }

  #recall(slot: number): void {
    this.#push(this.#memo.get(slot) ?? other);
  }

  #import(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (!this.#imports.has(full) && this.#imports.size < maxImports) {
      this.#imports.set(full, { name: full.slice(0, 300), verdict: verdictOf(module, name) });
    }
    this.#push({ kind: 'global', module, name });
  }

  #call(): void {
    const args = this.#pop();
    const callee = this.#pop();
    this.#pushCalled(callee, args.kind === 'items' ? args.items : []);
  }

  #pushCalled(callee: Value, args: readonly Value[]): void {
    // A list that is made a dictionary is walked: as if each of its pairs were an opcode.
    if (args[0]?.kind === 'items') this.#count.left -= args[0].items.length;
    this.#push(called(callee, args));
  }

  #persistent(id: Value): void {
    const value = storageOf(id);
    if (value.kind === 'storage') {
      const { key, dtype } = value.storage;
      this.#storageTypes.set(key, (this.#storageTypes.get(key) ?? new Set()).add(dtype ?? 'U8'));
    }
    this.#push(value);
  }

  /** Into the container that is on top of the stack then. */
  #setItems(items: readonly Value[]): void {
    const map = this.#stack.at(-1);
    for (let index = 0; index + 1 < items.length; index += 2) {
      const [key, value] = [items[index]!, items[index + 1]!];
      if (key.kind !== 'text') continue;
      if (map?.kind === 'map') map.entries.set(key.text, value);
      if (value.kind === 'tensor') this.#list(key.text, value.tensor.dtype, value.tensor.shape);
    }
  }

  #list(name: string, dtype: string, shape: readonly number[]): void {
    const count = elementCount(shape);
    if (count === null || shape.length > maxRank) return;
    this.#tensorCount += 1;
    this.#parameters[dtype] = (this.#parameters[dtype] ?? 0) + count;
    if (this.#tensors.length < maxListedTensors) this.#tensors.push({ name: name.slice(0, 300), dtype, shape });
  }

  #append(values: readonly Value[]): void {
    const list = this.#stack.at(-1);
    if (list?.kind !== 'items') return;
    for (const value of values) list.items.push(value);
  }

  #step(opcode: number): void {
    const char = String.fromCharCode(opcode);
    switch (char) {
      case '(':
        return this.#push(mark);
      case '0':
        return void this.#pop();
      case '1':
        return void this.#sinceMark();
      case '2':
        return this.#push(this.#stack.at(-1) ?? other);
      case '}':
        return this.#push(emptyMap());
      case 'd': {
        const items = this.#sinceMark();
        this.#push(emptyMap());
        return this.#setItems(items);
      }
      case ')':
      case ']':
      case '\x8f':
        return this.#push({ kind: 'items', items: [] });
      case 't':
      case 'l':
      case '\x91':
        return this.#push({ kind: 'items', items: this.#sinceMark() });
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#tuple(opcode - 0x84);
      case 'N':
      case '\x88':
      case '\x89':
        return this.#push(other);
      case 'c':
        return this.#import(this.#line(), this.#line());
      case 'i': {
        const [module, name] = [this.#line(), this.#line()];
        this.#sinceMark();
        this.#import(module, name);
        this.#pop();
        return this.#push(other);
      }
      case '\x93':
        return this.#stackGlobal();
      case '\x82':
      case '\x83':
      case '\x84': {
        this.#take(1 << (opcode - 0x82));
        return this.#import(...extension);
      }
      case 'R':
      case '\x81':
        return this.#call();
      case '\x92':
        this.#pop();
        return this.#call();
      case 'o': {
        const [callee = other, ...args] = this.#sinceMark();
        return this.#pushCalled(callee, args);
      }
      case 'b':
        return void this.#pop();
      case 'P':
        this.#line();
        return this.#push(other);
      case 'Q':
        return this.#persistent(this.#pop());
      case 'a':
        return this.#append([this.#pop()]);
      case 'e':
      case '\x90':
        return this.#append(this.#sinceMark());
      case 's': {
        const value = this.#pop();
        const key = this.#pop();
        return this.#setItems([key, value]);
      }
      case 'u':
        return this.#setItems(this.#sinceMark());
      case 'p':
        return this.#remember(Number(this.#line()));
      case 'q':
        return this.#remember(this.#take(1)[0]!);
      case 'r':
        return this.#remember(this.#take(4).readUInt32LE());
      case '\x94':
        return this.#remember(this.#memo.size);
      case 'g':
        return this.#recall(Number(this.#line()));
      case 'h':
        return this.#recall(this.#take(1)[0]!);
      case 'j':
        return this.#recall(this.#take(4).readUInt32LE());
      default:
        return this.#literal(char);
    }
  }

  #literal(char: string): void {
    switch (char) {
      case '\x80':
        this.#take(1);
        return;
      case '\x95':
        this.#take(8);
        return;
      case '\x97':
      case '\x98':
        return;
      case 'I':
      case 'L':
      case 'F': {
        const number = Number.parseFloat(this.#line());
        return this.#push(Number.isNaN(number) ? other : { kind: 'number', number });
      }
      case 'J':
        return this.#push({ kind: 'number', number: this.#take(4).readInt32LE() });
      case 'K':
        return this.#push({ kind: 'number', number: this.#take(1)[0]! });
      case 'M':
        return this.#push({ kind: 'number', number: this.#take(2).readUInt16LE() });
      case 'G':
        return this.#push({ kind: 'number', number: this.#take(8).readDoubleBE() });
      case '\x8a':
        return this.#long(this.#take(1)[0]!);
      case '\x8b':
        return this.#long(this.#take(4).readUInt32LE());
      case 'S':
        return this.#push({ kind: 'text', text: this.#line().replace(/^['"]|['"]$/g, '') });
      case 'V':
        return this.#push({ kind: 'text', text: this.#line() });
      case 'T':
      case 'X':
      case 'B':
        return this.#text(this.#take(4).readUInt32LE());
      case 'U':
      case '\x8c':
      case 'C':
        return this.#text(this.#take(1)[0]!);
      case '\x8d':
      case '\x8e':
      case '\x96':
        return this.#text(Number(this.#take(8).readBigUInt64LE()));
      default:
        return this.#fail(`opcode 0x${char.charCodeAt(0).toString(16)} is not known`);
    }
  }

  #tuple(length: number): void {
    if (this.#stack.length < length) this.#fail('it takes from an empty stack');
    this.#push({ kind: 'items', items: this.#stack.splice(-length) });
  }

  #long(length: number): void {
    const bytes = this.#take(length);
    this.#push(length <= 6 ? { kind: 'number', number: length === 0 ? 0 : bytes.readIntLE(0, length) } : other);
  }

  #stackGlobal(): void {
    const name = this.#pop();
    const module = this.#pop();
    // Operands that are no plain texts are a known way to hide an import.
    this.#import(module.kind === 'text' ? module.text : '?', name.kind === 'text' ? name.text : '?');
  }
}
