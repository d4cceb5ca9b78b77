"""Clients of Python transformers in one process: `python transformers.py JOB`, where JOB is a JSON file of
{ model, texts, clients, seconds, threads }. Prints a line of JSON."""

import json
import resource
import sys
import threading
import time

import torch
from transformers import AutoModel, AutoTokenizer

job = json.load(open(sys.argv[1]))
torch.set_num_threads(job["threads"])
tokenizer = AutoTokenizer.from_pretrained(job["model"])
model = AutoModel.from_pretrained(job["model"]).eval()


def ask(text):
    with torch.inference_mode():
        inputs = tokenizer(text, return_tensors="pt", truncation=True)
        states = model(**inputs).last_hidden_state
        return torch.nn.functional.normalize(states.mean(dim=1), dim=1)[0].tolist()


texts = job["texts"]
for text in texts[-20:]:
    ask(text)
times, lock, position = [], threading.Lock(), iter(range(10**9))
began, cpu = time.perf_counter(), time.process_time()
end = began + job["seconds"]


def client():
    while time.perf_counter() < end:
        with lock:
            text = texts[next(position) % len(texts)]
        sent = time.perf_counter()
        ask(text)
        times.append((time.perf_counter() - sent) * 1000)


clients = [threading.Thread(target=client) for _ in range(job["clients"])]
for one in clients:
    one.start()
for one in clients:
    one.join()
took = (time.perf_counter() - began) * 1000
resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
cpu_ms = (time.process_time() - cpu) * 1000
print(json.dumps({"tookMs": took, "cpuMs": cpu_ms, "times": times, "residentBytes": resident}))
