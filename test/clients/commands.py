"""Commands of `hf` against a hub: see callTable.py. The program is the one beside this Python."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from callTable import call, make_calls, same

folder = Path(tempfile.mkdtemp())
model = "admin/by-command"
data = "admin/data-by-command"
hf = str(Path(sys.executable).parent / "hf")
# As a person has it who signed in: by what `hf auth login` keeps alone.
signed_in = {name: value for name, value in os.environ.items() if name != "HF_TOKEN"}


def ran(*arguments, wanted=0):
    done = subprocess.run([hf, *map(str, arguments)], env=signed_in, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != wanted:
        raise AssertionError(f"{done.returncode}: {done.stderr[-300:] or done.stdout[-300:]}")
    return done.stdout


def asked(*arguments):
    return json.loads(ran(*arguments, "--format", "json"))


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f"no {part} in {text[:300]}")


@call("hf auth login")
def _():
    ran("auth", "login", "--token", os.environ["HF_TOKEN"])


@call("hf auth login, with a wrong token")
def _():
    ran("auth", "login", "--token", "hf_" + "x" * 34, wanted=1)


@call("hf auth whoami")
def _():
    holds(ran("auth", "whoami"), "admin")


@call("hf auth list")
def _():
    ran("auth", "list")


@call("hf auth token")
def _():
    holds(ran("auth", "token"), os.environ["HF_TOKEN"])


@call("hf repos create")
def _():
    holds(ran("repos", "create", model), model)
    ran("repos", "create", model, wanted=1)
    ran("repos", "create", model, "--exist-ok")
    ran("repos", "create", data, "--repo-type", "dataset", "--private")


@call("hf upload, a file")
def _():
    card = "---\nlicense: mit\ntags: [toy]\npipeline_tag: text-classification\n---\n# By a command\n"
    (folder / "README.md").write_text(card)
    holds(ran("upload", model, folder / "README.md", "README.md"), model)


@call("hf upload, a folder")
def _():
    source = folder / "source"
    (source / "deep").mkdir(parents=True)
    (source / "weights.bin").write_bytes(b"\x00\x01" * 300_000)
    (source / "deep" / "note.txt").write_text("note\n")
    (source / "left.log").write_text("left\n")
    ran("upload", model, source, "--exclude", "*.log", "--commit-message", "a folder")
    ran("upload", data, source, ".", "--repo-type", "dataset")


@call("hf upload, to a branch that is not there")
def _():
    ran("upload", model, folder / "README.md", "copy.md", "--revision", "line")


@call("hf upload, as a pull request")
def _():
    ran("upload", model, folder / "README.md", "proposed.md", "--create-pr")
    same([one["num"] for one in asked("discussions", "list", model, "--kind", "pull_request")], [1])


@call("hf upload, a repository that is not there")
def _():
    ran("upload", "admin/made-by-upload", folder / "source")
    ran("repos", "delete", "admin/made-by-upload", *yes("repos", "delete"))


@call("hf upload-large-folder")
def _():
    ran("upload-large-folder", data, folder / "source", "--repo-type", "dataset")


@call("hf download, a file")
def _():
    told = ran("download", model, "weights.bin").strip().splitlines()[-1]
    same(Path(told[told.index("/") :].strip()).read_bytes(), (folder / "source" / "weights.bin").read_bytes())


@call("hf download, a repository")
def _():
    ran("download", model, "--local-dir", folder / "whole")
    found = sorted(str(one.relative_to(folder / "whole")) for one in (folder / "whole").rglob("*") if one.is_file() and ".cache" not in one.parts)
    same(found, [".gitattributes", "README.md", "deep/note.txt", "weights.bin"])


@call("hf download, some files")
def _():
    ran("download", data, "--repo-type", "dataset", "--include", "deep/*", "--local-dir", folder / "some")
    same([(folder / "some" / name).exists() for name in ("deep/note.txt", "weights.bin")], [True, False])


@call("hf download, what is not there")
def _():
    ran("download", model, "nothing.txt", wanted=1)
    ran("download", "admin/nothing", wanted=1)


@call("hf cache list")
def _():
    ran("download", model)
    holds(ran("cache", "list"), model)


@call("hf cache verify")
def _():
    ran("cache", "verify", model)
    ran("cache", "verify", model, "--local-dir", folder / "whole")


@call("hf cache rm")
def _():
    ran("cache", "rm", f"model/{model}", "--yes")


@call("hf cache prune")
def _():
    ran("cache", "prune", "--yes")


@call("hf cp")
def _():
    ran("cp", f"hf://{model}/deep/note.txt", folder / "copied.txt")
    same((folder / "copied.txt").read_text(), "note\n")
    ran("cp", folder / "copied.txt", f"hf://{model}/sent.txt")


@call("hf models list")
def _():
    same([one["id"] for one in asked("models", "list", "--author", "admin", "--search", "by-comm", "--filter", "toy", "--sort", "downloads")], [model])


@call("hf models list, of a repository's files")
def _():
    holds(ran("models", "list", model, "--recursive"), "weights.bin", "note.txt")


@call("hf models info")
def _():
    same(asked("models", "info", model)["pipeline_tag"], "text-classification")
    holds(ran("models", "info", model, "--expand", "downloads,likes,tags"), "toy")


@call("hf models card")
def _():
    holds(ran("models", "card", model), "# By a command")


@call("hf datasets list")
def _():
    same([one["id"] for one in asked("datasets", "list", "--author", "admin")], [data])


@call("hf datasets info")
def _():
    same(asked("datasets", "info", data)["id"], data)


@call("hf spaces list")
def _():
    same(asked("spaces", "list", "--author", "admin"), [])


@call("hf repos list")
def _():
    found = {one["id"] for one in asked("repos", "list")}
    same({model, data} <= found, True)


@call("hf repos branch create")
def _():
    ran("repos", "branch", "create", model, "side")
    ran("repos", "branch", "create", model, "side", "--exist-ok")


@call("hf repos branch delete")
def _():
    ran("repos", "branch", "delete", model, "side")


@call("hf repos tag create")
def _():
    ran("repos", "tag", "create", model, "v1", "-m", "first")


@call("hf repos tag list")
def _():
    holds(ran("repos", "tag", "list", model), "v1")


@call("hf repos tag delete")
def _():
    ran("repos", "tag", "delete", model, "v1", "--yes")


@call("hf repos settings")
def _():
    ran("repos", "settings", model, "--gated", "auto")
    ran("repos", "settings", model, "--gated", "false")
    ran("repos", "settings", data, "--repo-type", "dataset", "--public" if "--public" in ran("repos", "settings", "--help") else "--no-private")


@call("hf repos delete-files")
def _():
    ran("repos", "delete-files", model, "sent.txt")
    ran("repos", "delete-files", model, "deep/")


@call("hf repos duplicate")
def _():
    ran("repos", "duplicate", model, "admin/twin")
    same(asked("models", "info", "admin/twin")["id"], "admin/twin")


@call("hf repos move")
def _():
    ran("repos", "move", "admin/twin", "admin/moved-twin")
    ran("download", "admin/twin", "README.md")


@call("hf repos delete")
def _():
    ran("repos", "delete", "admin/moved-twin", *yes("repos", "delete"))
    ran("repos", "delete", "admin/moved-twin", *yes("repos", "delete"), wanted=1)
    ran("repos", "delete", "admin/moved-twin", "--missing-ok", *yes("repos", "delete"))


@call("hf discussions create")
def _():
    ran("discussions", "create", model, "--title", "A question", "--body", "Why?")
    ran("discussions", "create", model, "--title", "A proposal", "--pull-request")


@call("hf discussions list")
def _():
    holds(ran("discussions", "list", model), "A question")
    holds(ran("discussions", "list", model, "--kind", "pull_request", "--status", "draft"), "A proposal")


@call("hf discussions comment")
def _():
    ran("discussions", "comment", model, "2", "--body", "Because.")


@call("hf discussions info")
def _():
    holds(ran("discussions", "info", model, "2"), "A question")


@call("hf discussions edit")
def _():
    events = json.loads(ran("discussions", "info", model, "2", "--format", "json"))["events"]
    ran("discussions", "edit", model, "2", events[-1]["id"], "--body", "Because of that.")


@call("hf discussions rename")
def _():
    ran("discussions", "rename", model, "2", "An answered question")


@call("hf discussions close")
def _():
    ran("discussions", "close", model, "2", "--yes")


@call("hf discussions reopen")
def _():
    ran("discussions", "reopen", model, "2", "--yes")


@call("hf discussions diff")
def _():
    holds(ran("discussions", "diff", model, "1"), "proposed.md")


@call("hf discussions merge")
def _():
    ran("discussions", "merge", model, "1", "--yes")
    ran("download", model, "proposed.md")


@call("hf collections")
def _():
    made = asked("collections", "create", "By a command", "--description", "Some")
    slug = made["slug"]
    ran("collections", "add-item", slug, model, "model", "--note", "first")
    item = asked("collections", "info", slug)["items"][0]
    object_id = item.get("item_object_id") or item["_id"]
    ran("collections", "update-item", slug, object_id, "--note", "second")
    ran("collections", "update", slug, "--title", "Renamed")
    same([one["title"] for one in asked("collections", "list", "--owner", "admin")], ["Renamed"])
    ran("collections", "delete-item", slug, object_id)
    ran("collections", "delete", slug, *yes("collections", "delete"))


@call("hf webhooks")
def _():
    discussion = "discussions" if "discussions" in ran("webhooks", "create", "--help") else "discussion"
    what = ["--watch", "user:admin", "--domain", "repo", "--domain", discussion]
    made = asked("webhooks", "create", "--url", "https://example.org/hook", *what)
    ran("webhooks", "disable", made["id"])
    same(asked("webhooks", "info", made["id"])["disabled"], True)
    ran("webhooks", "enable", made["id"])
    ran("webhooks", "update", made["id"], "--url", "https://example.org/other")
    same([one["url"] for one in asked("webhooks", "list")], ["https://example.org/other"])
    ran("webhooks", "delete", made["id"], *yes("webhooks", "delete"))


@call("hf auth logout")
def _():
    ran("auth", "logout")
    ran("auth", "whoami", wanted=1)


def yes(*command):
    """Newer releases ask before they delete."""
    return ["--yes"] if "--yes" in ran(*command, "--help") else []


groups = ran("--help")
make_calls(lambda command: f" {command.split()[1]} " in groups)
