import { isJsonObject } from '../../config/jsonObject.js';

/** What was said so far, turn by turn. */
export interface Conversation {
  readonly past_user_inputs: readonly string[];
  readonly generated_responses: readonly string[];
}

const nothing: Conversation = { past_user_inputs: [], generated_responses: [] };

/** A conversation that a form or an answer brings; an empty one where it is none. */
export function conversationOf(value: unknown): Conversation {
  if (!isJsonObject(value)) return nothing;
  const { past_user_inputs: said, generated_responses: answered } = value;
  return isTexts(said) && isTexts(answered) && said.length === answered.length
    ? { past_user_inputs: said, generated_responses: answered }
    : nothing;
}

/** The one that the field `turns` of a form holds. */
export function heldConversation(turns: string | undefined): Conversation {
  try {
    return conversationOf(JSON.parse(turns ?? 'null'));
  } catch {
    return nothing;
  }
}

/**
 * The turns, and a field that hands them on with the next message: it belongs to the widget's form, though it stands outside.
 * `data-thread` is read by `<hub-widget>`.
 */
export function Thread({
  conversation,
  isGrowing = false,
}: {
  readonly conversation: Conversation;
  /** The last answer is being written. */
  readonly isGrowing?: boolean;
}) {
  const { past_user_inputs: said, generated_responses: answered } = conversation;
  const last = isGrowing ? said.length - 1 : null;
  if (said.length === 0) return null;
  return (
    <div class="chat" data-thread>
      <section class="chat-turns" role="log" aria-label="Conversation" tabindex={0}>
        {said.map((text, turn) => (
          <div key={turn} class="chat-turn">
            <Said by="You" text={text} />
            <Said by="Model" text={answered[turn] ?? ''} isGrowing={turn === last} />
          </div>
        ))}
      </section>
      <input type="hidden" name="turns" form="widget-form" value={JSON.stringify(conversation)} />
      <p class="widget-note">
        Your next message continues this conversation.{' '}
        <a href="?#widget" data-clear>
          Clear
        </a>
      </p>
    </div>
  );
}

interface SaidProps {
  readonly by: 'You' | 'Model';
  readonly text: string;
  readonly isGrowing?: boolean;
}

function Said({ by, text, isGrowing = false }: SaidProps) {
  return (
    <div class={by === 'You' ? 'chat-said chat-own' : 'chat-said'}>
      <span class="chat-by">{by}</span>
      {isGrowing ? <p dir="auto" data-live /> : <p dir="auto">{text === '' ? '(nothing)' : text}</p>}
    </div>
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
