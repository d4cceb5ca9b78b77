import { heldConversation, Thread } from './conversation.js';
import type { WidgetValues } from './inputs.js';
import { Continuing } from './written.js';

/** The frame of a text that is being written: `<hub-widget>` puts its parts into `data-live` as they come. */
export function Growing({ task, values }: { readonly task: string; readonly values: WidgetValues }) {
  if (task === 'conversational') {
    const { past_user_inputs: said, generated_responses: answered } = heldConversation(values.turns);
    const conversation = { past_user_inputs: [...said, values.text ?? ''], generated_responses: [...answered, ''] };
    return <Thread conversation={conversation} isGrowing />;
  }
  if (task !== 'text-generation') {
    return (
      <div class="text-block">
        <p class="widget-text" dir="auto" data-live />
      </div>
    );
  }
  return (
    <>
      <div class="text-block">
        <p class="widget-text" dir="auto" data-written>
          {values.text}
          <mark class="written" data-live />
        </p>
      </div>
      <Continuing />
    </>
  );
}
