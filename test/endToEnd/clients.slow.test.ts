import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');

/** Repositories by their names. */
const models: Readonly<Record<string, string>> = {
  writer: 'generation/gpt2-tiny',
  vectors: 'models/minilm-sentence',
  classes: 'models/distilbert-seqcls',
  labels: 'models/deberta-v3-nli',
  questions: 'models/bert-qa',
  words: 'models/bert-ner',
  masks: 'models/roberta-mlm',
  captions: 'imageModels/captions',
  answers: 'imageModels/questions',
  hears: 'soundModels/hubert-classes',
  writes: 'soundModels/whisper-multilingual',
};

interface Story {
  readonly client: string;
  /** The Python module that the client is. */
  readonly module: string;
  /** Prints a JSON list; `url`, `host`, `token`, `image` and `sound` are there. */
  readonly code: string;
  readonly wanted: readonly unknown[];
}

const stories: readonly Story[] = [
  {
    client: 'huggingface_hub',
    module: 'huggingface_hub',
    code: `from huggingface_hub import InferenceClient
C = lambda name: InferenceClient(model=f"{url}/models/admin/{name}", token=token)
writer = C("writer")
say = dict(messages=[{"role": "user", "content": " was it good ?"}], max_tokens=4)
parts = list(writer.chat_completion(**say, n=2, seed=1, temperature=1, stream=True))
whole = writer.chat_completion(**say, n=2, seed=1, temperature=1, frequency_penalty=0, logit_bias=None, logprobs=True, top_logprobs=2)
print(json.dumps([
  sorted({part.choices[0].index for part in parts}),
  len(whole.choices), len(whole.choices[0].logprobs.content[0].top_logprobs),
  writer.text_generation("the cat", max_new_tokens=3, details=True, frequency_penalty=0.5).details.generated_tokens,
  len(list(writer.text_generation("the cat", max_new_tokens=3, stream=True))),
  C("vectors").feature_extraction("hello", normalize=True).ndim,
  len(C("vectors").sentence_similarity("a", other_sentences=["b", "c"])),
  len(C("classes").text_classification("good", top_k=1)),
  len(C("labels").zero_shot_classification("good", ["a", "b"], multi_label=True)),
  isinstance(C("questions").question_answering(question="who", context="the man is here").answer, str),
  isinstance(C("words").token_classification("I am Bob", aggregation_strategy="simple"), list),
  len(C("masks").fill_mask("a <mask>", top_k=2)),
  isinstance(C("captions").image_to_text(image).generated_text, str),
  len(C("answers").visual_question_answering(image, "what", top_k=2)),
  len(C("hears").audio_classification(sound, top_k=2)),
  isinstance(C("writes").automatic_speech_recognition(sound).text, str),
]))`,
    wanted: [[0, 1], 2, 2, 3, 3, 1, 2, 1, 2, true, true, 2, true, 2, 2, true],
  },
  {
    client: 'openai',
    module: 'openai',
    code: `from openai import BadRequestError, NotFoundError, OpenAI
c = OpenAI(base_url=url + "/v1", api_key=token, max_retries=0)
say = dict(model="admin/writer", messages=[{"role": "user", "content": " was it good ?"}], max_completion_tokens=4)
def refused(**more):
    try:
        c.chat.completions.create(**{**say, **more})
    except BadRequestError as error:
        return error.param
chunks = list(c.chat.completions.create(**say, n=2, temperature=1, stream=True, stream_options={"include_usage": True}))
try:
    c.responses.create(model="admin/writer", input="x")
except NotFoundError as error:
    missing = error.body["code"]
print(json.dumps([
  "admin/writer" in [one.id for one in c.models.list()],
  len(c.chat.completions.create(**say, n=2, temperature=1, presence_penalty=0.5, logit_bias={"5": 1}, stop=["a", "b"], seed=-1).choices),
  sorted({choice.index for chunk in chunks for choice in chunk.choices}), 2 <= chunks[-1].usage.completion_tokens <= 8,
  len(c.completions.create(model="admin/writer", prompt=[[40, 41], [42]], max_tokens=3).choices),
  len(list(c.completions.create(model="admin/writer", prompt="a", max_tokens=3, stream=True))) > 0,
  [len(row.embedding) > 0 for row in c.embeddings.create(model="admin/vectors", input=["a", "b"]).data],
  refused(max_completion_tokens=200000), refused(response_format={"type": "json_object"}), refused(tools=[{"type": "function"}]),
  missing,
]))`,
    wanted: [
      true,
      2,
      [0, 1],
      true,
      2,
      true,
      [true, true],
      'max_completion_tokens',
      'response_format',
      'tools',
      'entry_not_found',
    ],
  },
  {
    client: 'tritonclient',
    module: 'tritonclient.http',
    code: `import numpy as np, tritonclient.http as triton
c = triton.InferenceServerClient(host)
# Whoever sends no token reads public models.
name = "admin%2Fclasses"
def infer(binary, **more):
    inputs = []
    for port in c.get_model_metadata(name)["inputs"]:
        one = triton.InferInput(port["name"], [1, 3], "INT64")
        one.set_data_from_numpy(np.array([[2, 5, 3]] if port["name"] == "input_ids" else [[1, 1, 1]], dtype=np.int64), binary_data=binary)
        inputs.append(one)
    return c.infer(name, inputs, outputs=[triton.InferRequestedOutput("logits", binary_data=binary)], **more).as_numpy("logits")
text = infer(False)
print(json.dumps([c.is_server_live(), c.is_server_ready(), c.is_model_ready(name, "main"), c.get_model_config(name)["max_batch_size"],
  list(text.shape), bool(np.allclose(text, infer(True))), bool(np.allclose(text, infer(True, request_compression_algorithm="gzip", response_compression_algorithm="gzip")))]))`,
    wanted: [true, true, true, 0, [1, 2], true, true],
  },
];

describe('clients of others, unmodified', function () {
  this.timeout(180_000);
  let hub: RealHub;
  before(async function () {
    requirePython(this);
    hub = await startRealHub();
    for (const [name, fixture] of Object.entries(models)) {
      const copy = await hub.workingCopy({ 'notes.txt': name });
      await cp(path.join(fixtures, fixture), copy, { recursive: true, filter: (file) => !file.endsWith('cases.json') });
      await git(copy, 'add', '--all');
      await git(copy, 'commit', '--quiet', '--message=model');
      const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
    }
  });
  after(() => hub?.close());

  for (const { client, module, code, wanted } of stories) {
    it(`${client} is served`, async function () {
      const python = requirePython(this, module);
      const preamble = 'import json, sys\nurl, host, token, image, sound = sys.argv[1:]\n';
      const media = [path.join(fixtures, 'images', 'rgb.png'), path.join(fixtures, 'audio', 'europe.wav')];
      const { code: exit, text } = await run(
        python,
        ['-W', 'ignore', '-c', preamble + code, hub.url, new URL(hub.url).host, hub.token, ...media],
        hub.folder,
        { HF_HOME: path.join(hub.folder, 'hf'), HF_HUB_DISABLE_TELEMETRY: '1', NO_PROXY: '127.0.0.1' },
      );
      assert.equal(exit, 0, text);
      assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1)!), wanted);
    });
  }
});
