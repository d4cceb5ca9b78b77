"""Calls of huggingface_hub's InferenceClient, one a task: see callTable.py. MODELS names the model of each on the hub; IMAGE and SOUND are files."""

import json
import os

from huggingface_hub import InferenceClient

from callTable import call, make_calls, same

models = json.loads(os.environ["MODELS"])
image, sound = os.environ["IMAGE"], os.environ["SOUND"]
token = os.environ["HF_TOKEN"]


def address(task):
    return f"{os.environ['HF_ENDPOINT']}/models/{models[task]}"


def at(task):
    return InferenceClient(model=address(task), token=token)


def scores(found):
    assert found and all(one.label and 0 <= one.score <= 1 for one in found), found


@call("InferenceClient.text_classification")
def _():
    scores(at("text-classification").text_classification("good", top_k=2))


@call("InferenceClient.zero_shot_classification")
def _():
    scores(at("zero-shot-classification").zero_shot_classification("good", ["a", "b"], multi_label=True))


@call("InferenceClient.token_classification")
def _():
    list(at("token-classification").token_classification("I am Bob", aggregation_strategy="simple"))


@call("InferenceClient.fill_mask")
def _():
    same(len(at("fill-mask").fill_mask("a <mask>", top_k=2)), 2)


@call("InferenceClient.question_answering")
def _():
    same(type(at("question-answering").question_answering(question="who", context="the man is here").answer), str)


@call("InferenceClient.table_question_answering")
def _():
    table = {"Lake": ["Garda", "Balaton"], "Depth": ["346", "12"]}
    assert at("table-question-answering").table_question_answering(table, "How deep is Garda?").answer is not None


@call("InferenceClient.feature_extraction")
def _():
    same(at("sentence-similarity").feature_extraction("hello", normalize=True).ndim, 1)


@call("InferenceClient.sentence_similarity")
def _():
    same(len(at("sentence-similarity").sentence_similarity("a", other_sentences=["b", "c"])), 2)


@call("InferenceClient.summarization")
def _():
    same(type(at("summarization").summarization("the cat sat on the mat").summary_text), str)


@call("InferenceClient.translation")
def _():
    same(type(at("translation").translation("the cat").translation_text), str)


@call("InferenceClient.text_generation")
def _():
    writer = at("text-generation")
    same(type(writer.text_generation("the cat", max_new_tokens=3, details=True).generated_text), str)
    assert list(writer.text_generation("the cat", max_new_tokens=3, stream=True))


# A model of random weights may end before it says anything.
say = {"messages": [{"role": "user", "content": " was it good ?"}], "max_tokens": 4}


@call("InferenceClient.chat_completion")
def _():
    writer = at("text-generation")
    same(type(writer.chat_completion(**say).choices[0].message.content), str)
    assert list(writer.chat_completion(**say, stream=True))


@call("InferenceClient.chat.completions.create", "chat_completion")
def _():
    client = InferenceClient(base_url=f"{os.environ['HF_ENDPOINT']}/v1", api_key=token)
    same(type(client.chat.completions.create(model=models["text-generation"], **say).choices[0].message.content), str)


@call("InferenceClient.image_classification")
def _():
    scores(at("image-classification").image_classification(image, top_k=2))


@call("InferenceClient.zero_shot_image_classification")
def _():
    scores(at("zero-shot-image-classification").zero_shot_image_classification(image, ["a", "b"]))


@call("InferenceClient.object_detection")
def _():
    list(at("object-detection").object_detection(image, threshold=0.1))


@call("InferenceClient.image_segmentation")
def _():
    assert all(one.label and one.mask for one in at("image-segmentation").image_segmentation(image))


@call("InferenceClient.image_to_text")
def _():
    same(type(at("image-to-text").image_to_text(image).generated_text), str)


@call("InferenceClient.visual_question_answering")
def _():
    same(len(at("visual-question-answering").visual_question_answering(image, "what", top_k=2)), 2)


@call("InferenceClient.audio_classification")
def _():
    scores(at("audio-classification").audio_classification(sound, top_k=2))


@call("InferenceClient.automatic_speech_recognition")
def _():
    same(type(at("automatic-speech-recognition").automatic_speech_recognition(sound).text), str)


@call("InferenceClient.text_to_speech")
def _():
    assert at("text-to-speech").text_to_speech("hello")[:4] in (b"RIFF", b"fLaC")


@call("InferenceClient.health_check")
def _():
    same(InferenceClient(provider="hf-inference", token=token).health_check(address("text-classification")), True)


@call("InferenceClient.get_endpoint_info")
def _():
    assert InferenceClient(provider="hf-inference", token=token).get_endpoint_info(model=address("text-generation"))


make_calls(lambda name: hasattr(InferenceClient, name))
