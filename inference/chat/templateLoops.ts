import type { Interpreter } from '@huggingface/jinja';

interface Statement {
  readonly type: string;
  readonly body?: readonly Statement[];
}

interface Text {
  readonly value: string;
}

/** What the library's interpreter does with parts of a template; it does not publish them. */
interface Internals {
  evaluate(statement: Statement | undefined, environment: unknown): { readonly type: string; toString(): string };
  evaluateBlock(statements: readonly Statement[], environment: unknown): Text;
  evaluateFor(loop: Statement, environment: unknown): Text;
}

/** Leaves the blocks of a loop, and takes along what they have written. */
class LoopControl extends Error {
  readonly isBreak: boolean;
  text = '';

  constructor(isBreak: boolean) {
    super();
    this.isBreak = isBreak;
  }
}

/** A loop that runs. */
interface Loop {
  readonly body: readonly Statement[];
  isBroken: boolean;
}

/**
 * Makes `break` and `continue` keep what their turn of the loop has written before them, as in Python: the library forgets
 * it. To the library each turn then ends by itself; those after a `break` write nothing.
 */
export function keepTextOfLeftTurns(interpreter: Interpreter): Interpreter {
  const internals = interpreter as unknown as Internals;
  const textOf = (value: string): Text => Object.assign(original.evaluateBlock([], null), { value });
  const original = {
    evaluate: internals.evaluate.bind(interpreter),
    evaluateBlock: internals.evaluateBlock.bind(interpreter),
    evaluateFor: internals.evaluateFor.bind(interpreter),
  };
  const loops: Loop[] = [];
  internals.evaluate = (statement, environment) => {
    // What is left out of a slice is undefined.
    const type = statement?.type;
    if (type === 'Break' || type === 'Continue') throw new LoopControl(type === 'Break');
    return original.evaluate(statement, environment);
  };
  internals.evaluateFor = (statement, environment) => {
    loops.push({ body: statement.body ?? [], isBroken: false });
    try {
      return original.evaluateFor(statement, environment);
    } finally {
      loops.pop();
    }
  };
  internals.evaluateBlock = (statements, environment) => {
    const loop = loops.at(-1);
    const isTurn = loop?.body === statements;
    if (isTurn && loop.isBroken) return textOf('');
    let text = '';
    try {
      for (const statement of statements) text += original.evaluateBlock([statement], environment).value;
      return textOf(text);
    } catch (error) {
      if (!(error instanceof LoopControl)) throw error;
      error.text = text + error.text;
      if (!isTurn) throw error;
      loop.isBroken = error.isBreak;
      return textOf(error.text);
    }
  };
  return interpreter;
}
