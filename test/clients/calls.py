"""Calls of huggingface_hub against a hub: see callTable.py. A call that this version of the client does not have is left out."""

import hashlib
import io
import os
import tempfile
from pathlib import Path

import huggingface_hub
from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub import errors

from callTable import call, make_calls, raises, same

api = HfApi()
folder = Path(tempfile.mkdtemp())
user = "admin"
model = f"{user}/from-python"
data = f"{user}/data-from-python"
space = f"{user}/space-from-python"
big_bytes = int(os.environ.get("BIG_FILE_BYTES", 200_000_000))


def has(name):
    return hasattr(api, name) or hasattr(huggingface_hub, name) or hasattr(HfFileSystem, name)


# Who one is


@call("whoami")
def _():
    same(api.whoami()["name"], user)


@call("whoami, with a wrong token", "whoami")
def _():
    raises((errors.HfHubHTTPError, OSError), lambda: api.whoami(token="hf_" + "x" * 34))


@call("get_user_overview")
def _():
    same(api.get_user_overview(user).username, user)


# Repositories


@call("create_repo")
def _():
    same(api.create_repo(model).repo_id, model)


@call("create_repo, exist_ok", "create_repo")
def _():
    same(api.create_repo(model, exist_ok=True).repo_id, model)
    raises(errors.HfHubHTTPError, lambda: api.create_repo(model))


@call("create_repo, a private dataset", "create_repo")
def _():
    api.create_repo(data, repo_type="dataset", private=True)
    same(api.dataset_info(data).private, True)


@call("create_repo, a space", "create_repo")
def _():
    api.create_repo(space, repo_type="space", space_sdk="static")


@call("repo_exists")
def _():
    same([api.repo_exists(model), api.repo_exists(f"{user}/nothing")], [True, False])


@call("auth_check")
def _():
    api.auth_check(model)
    raises(errors.RepositoryNotFoundError, lambda: api.auth_check(f"{user}/nothing"))


# Writing


@call("upload_file")
def _():
    card = "---\nlicense: mit\ntags: [toy]\npipeline_tag: text-classification\nlibrary_name: transformers\n---\n# Hello\n"
    done = api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=model)
    assert done.oid and done.commit_url.startswith(api.endpoint)


@call("upload_file, an invalid card", "upload_file")
def _():
    card = b"---\nlicense: [\n---\n"
    raises((ValueError, errors.HfHubHTTPError), lambda: api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=model))


@call("upload_folder, 50 files", "upload_folder")
def _():
    source = folder / "many"
    (source / "deep" / "er").mkdir(parents=True)
    for n in range(50):
        place = source / "deep" / "er" if n % 5 == 0 else source
        (place / f"file {n}.txt").write_text(f"number {n}\n" * (n + 1))
    api.upload_folder(folder_path=source, repo_id=model, path_in_repo="many")
    same(len([name for name in api.list_repo_files(model) if name.startswith("many/")]), 50)


@call("upload_folder, unchanged", "upload_folder")
def _():
    before = api.model_info(model).sha
    api.upload_folder(folder_path=folder / "many", repo_id=model, path_in_repo="many")
    same(api.model_info(model).sha, before)


@call("upload_file, large", "upload_file")
def _():
    block = hashlib.sha256(b"seed").digest() * 32768
    with open(folder / "big.bin", "wb") as out:
        for n in range(max(1, big_bytes // len(block))):
            out.write(n.to_bytes(8, "little") + block[8:])
    api.upload_file(path_or_fileobj=folder / "big.bin", path_in_repo="big.bin", repo_id=model)
    info = api.get_paths_info(model, ["big.bin"])[0]
    digest = hashlib.sha256((folder / "big.bin").read_bytes()).hexdigest()
    same([info.size, info.lfs.sha256], [(folder / "big.bin").stat().st_size, digest])


@call("create_commit, add, copy and delete", "create_commit")
def _():
    from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete

    operations = [
        CommitOperationAdd("one.txt", b"one"),
        CommitOperationAdd("two.bin", io.BytesIO(b"\x00\x01" * 600)),
        CommitOperationDelete("many/deep/", is_folder=True),
        CommitOperationCopy("big.bin", "copied.bin"),
    ]
    api.create_commit(model, operations, commit_message="several", commit_description="things")
    names = api.list_repo_files(model)
    assert "one.txt" in names and "copied.bin" in names and not any(n.startswith("many/deep/") for n in names)


@call("create_commit, of a stale parent", "create_commit")
def _():
    from huggingface_hub import CommitOperationAdd

    parent = api.list_repo_commits(model)[-1].commit_id
    add = [CommitOperationAdd("late.txt", b"late")]
    raises(errors.HfHubHTTPError, lambda: api.create_commit(model, add, commit_message="late", parent_commit=parent))


@call("delete_file")
def _():
    api.delete_file("one.txt", repo_id=model)
    same(api.file_exists(model, "one.txt"), False)


@call("delete_files")
def _():
    api.delete_files(repo_id=model, delete_patterns=["two.*"])


@call("delete_folder")
def _():
    api.upload_file(path_or_fileobj=b"x", path_in_repo="gone/x.txt", repo_id=model)
    api.delete_folder("gone", repo_id=model)


# Reading


@call("model_info")
def _():
    info = api.model_info(model, files_metadata=True)
    same([info.id, info.pipeline_tag, info.library_name, info.card_data.license], [model, "text-classification", "transformers", "mit"])
    same({s.rfilename: s.size for s in info.siblings}["big.bin"], (folder / "big.bin").stat().st_size)


@call("model_info, expand", "model_info")
def _():
    info = api.model_info(model, expand=["downloads", "likes", "tags", "sha", "createdAt", "lastModified", "gated"])
    assert info.sha and info.tags and info.created_at and info.siblings is None


@call("dataset_info")
def _():
    same(api.dataset_info(data).id, data)


@call("space_info")
def _():
    same(api.space_info(space).id, space)


@call("list_models")
def _():
    assert model in [one.id for one in api.list_models(author=user)]


@call("list_models, with filters", "list_models")
def _():
    found = api.list_models(filter=["toy", "license:mit"], pipeline_tag="text-classification", search="from-py", sort="downloads", limit=5, full=True)
    same([one.id for one in found], [model])


@call("list_models, of all pages", "list_models")
def _():
    every = [one.id for one in api.list_models()]
    same(len(every), len(set(every)))
    assert model in every


@call("list_datasets")
def _():
    assert data in [one.id for one in api.list_datasets(author=user)]


@call("list_spaces")
def _():
    assert space in [one.id for one in api.list_spaces(author=user)]


@call("get_model_tags")
def _():
    assert "license" in api.get_model_tags()


@call("get_dataset_tags")
def _():
    assert isinstance(api.get_dataset_tags(), dict)


@call("list_repo_files")
def _():
    assert "big.bin" in api.list_repo_files(model)


@call("list_repo_tree")
def _():
    tree = list(api.list_repo_tree(model, recursive=True, expand=True))
    assert any(type(one).__name__ == "RepoFolder" and one.path == "many" for one in tree)
    assert all(one.last_commit for one in tree)


@call("get_paths_info")
def _():
    same([one.path for one in api.get_paths_info(model, ["README.md", "many", "nothing"])], ["README.md", "many"])


@call("list_repo_commits")
def _():
    commits = api.list_repo_commits(model)
    same([commits[-1].title, commits[-1].authors], ["initial commit", [user]])


@call("file_exists")
def _():
    same([api.file_exists(model, "README.md"), api.file_exists(model, "no")], [True, False])


@call("revision_exists")
def _():
    same([api.revision_exists(model, "main"), api.revision_exists(model, "no")], [True, False])


@call("hf_hub_download")
def _():
    path = api.hf_hub_download(model, "big.bin", cache_dir=folder / "cache")
    same(hashlib.sha256(Path(path).read_bytes()).hexdigest(), hashlib.sha256((folder / "big.bin").read_bytes()).hexdigest())
    raises(errors.EntryNotFoundError, lambda: api.hf_hub_download(model, "no.txt", cache_dir=folder / "cache"))
    raises(errors.RevisionNotFoundError, lambda: api.hf_hub_download(model, "README.md", revision="no", cache_dir=folder / "cache"))


@call("snapshot_download")
def _():
    got = Path(api.snapshot_download(model, local_dir=folder / "snapshot"))
    for name in api.list_repo_files(model):
        assert (got / name).is_file(), name
    sent = {one.name: one for one in (folder / "many").glob("*.txt")} | {"big.bin": folder / "big.bin"}
    came = {one.name: one for one in [*(got / "many").iterdir(), got / "big.bin"]}
    same(sorted(came), sorted(sent))
    for name, file in sent.items():
        same([name, hashlib.sha256(came[name].read_bytes()).hexdigest()], [name, hashlib.sha256(file.read_bytes()).hexdigest()])


@call("get_hf_file_metadata")
def _():
    url = huggingface_hub.hf_hub_url(model, "big.bin", endpoint=api.endpoint)
    same(huggingface_hub.get_hf_file_metadata(url).size, (folder / "big.bin").stat().st_size)


@call("HfFileSystem.glob")
def _():
    fs = HfFileSystem()
    assert f"{model}/README.md" in fs.glob(f"{model}/*.md")


@call("HfFileSystem, read and write", "glob")
def _():
    fs = HfFileSystem(skip_instance_cache=True)
    with fs.open(f"{model}/written.txt", "w") as out:
        out.write("by the file system")
    fs.invalidate_cache()
    same(fs.read_text(f"{model}/written.txt"), "by the file system")
    with fs.open(f"{model}/big.bin", "rb") as source:
        source.seek(1_000_000)
        part = source.read(10)
    same(part, (folder / "big.bin").read_bytes()[1_000_000:1_000_010])


@call("HfFileSystem.find")
def _():
    fs = HfFileSystem(skip_instance_cache=True)
    found = fs.find(f"{model}/many", detail=True)
    same(found[f"{model}/many/file 1.txt"]["size"], (folder / "many" / "file 1.txt").stat().st_size)


@call("HfFileSystem.cp_file")
def _():
    fs = HfFileSystem(skip_instance_cache=True)
    fs.cp_file(f"{model}/many/file 1.txt", f"{model}/again.txt")
    same(fs.read_bytes(f"{model}/again.txt"), (folder / "many" / "file 1.txt").read_bytes())


@call("HfFileSystem.rm")
def _():
    fs = HfFileSystem(skip_instance_cache=True)
    fs.rm(f"{model}/again.txt")
    same(api.file_exists(model, "again.txt"), False)


@call("get_safetensors_metadata")
def _():
    import json

    header = json.dumps({"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(16)
    api.upload_file(path_or_fileobj=content, path_in_repo="model.safetensors", repo_id=model)
    same(api.get_safetensors_metadata(model).parameter_count, {"F32": 4})
    same(api.model_info(model).safetensors.total, 4)


# Branches, tags, pull requests


@call("create_branch")
def _():
    api.create_branch(model, branch="side/line")
    raises(errors.HfHubHTTPError, lambda: api.create_branch(model, branch="side/line"))
    api.create_branch(model, branch="side/line", exist_ok=True)
    api.upload_file(path_or_fileobj=b"side", path_in_repo="side.txt", repo_id=model, revision="side/line")


@call("create_tag")
def _():
    api.create_tag(model, tag="v1", tag_message="first")
    api.create_tag(model, tag="v2", revision="side/line")


@call("list_repo_refs")
def _():
    refs = api.list_repo_refs(model)
    same([sorted(one.name for one in refs.branches), sorted(one.name for one in refs.tags)], [["main", "side/line"], ["v1", "v2"]])


@call("delete_tag")
def _():
    api.delete_tag(model, tag="v2")
    raises(errors.RevisionNotFoundError, lambda: api.delete_tag(model, tag="v2"))


@call("delete_branch")
def _():
    api.delete_branch(model, branch="side/line")
    raises(errors.HfHubHTTPError, lambda: api.delete_branch(model, branch="main"))


@call("create_discussion")
def _():
    same(api.create_discussion(model, title="A question", description="Why?").num, 1)


@call("comment_discussion")
def _():
    comment = api.comment_discussion(model, 1, comment="Because.")
    api.edit_discussion_comment(model, 1, comment.id, new_content="Because of that.")


@call("hide_discussion_comment")
def _():
    comment = api.comment_discussion(model, 1, comment="Off the subject.")
    api.hide_discussion_comment(model, 1, comment.id)
    same(api.get_discussion_details(model, 1).events[-1].hidden, True)


@call("rename_discussion")
def _():
    api.rename_discussion(model, 1, new_title="An answered question")


@call("change_discussion_status")
def _():
    api.change_discussion_status(model, 1, new_status="closed", comment="Done.")


@call("get_repo_discussions")
def _():
    same([one.title for one in api.get_repo_discussions(model)], ["An answered question"])


@call("upload_file, create_pr", "upload_file")
def _():
    done = api.upload_file(path_or_fileobj=b"proposed", path_in_repo="proposed.txt", repo_id=model, create_pr=True)
    assert done.pr_url and done.pr_num == 2


@call("get_discussion_details")
def _():
    details = api.get_discussion_details(model, 2)
    same([details.is_pull_request, details.status], [True, "open"])
    assert "proposed" in details.diff


@call("merge_pull_request")
def _():
    api.merge_pull_request(model, 2)
    same(api.file_exists(model, "proposed.txt"), True)


@call("create_pull_request")
def _():
    same(api.create_pull_request(model, title="Empty yet").num, 3)


@call("upload_folder, create_pr", "upload_folder")
def _():
    (folder / "few").mkdir()
    (folder / "few" / "a.txt").write_text("a")
    api.upload_folder(folder_path=folder / "few", repo_id=model, create_pr=True)


@call("super_squash_history")
def _():
    api.super_squash_history(model)
    same(len(api.list_repo_commits(model)), 1)


@call("list_lfs_files")
def _():
    assert "big.bin" in [one.filename for one in api.list_lfs_files(model)]


@call("permanently_delete_lfs_files")
def _():
    gone = [one for one in api.list_lfs_files(model) if one.filename == "model.safetensors"]
    api.permanently_delete_lfs_files(model, gone)
    same(["model.safetensors" in api.list_repo_files(model), api.file_exists(model, "big.bin")], [False, True])


# Social


@call("list_repo_likers")
def _():
    list(api.list_repo_likers(model))


@call("unlike")
def _():
    api.unlike(model)


@call("list_liked_repos")
def _():
    same(api.list_liked_repos(user).user, user)


@call("create_collection")
def _():
    collection = api.create_collection("Python's", namespace=user)
    added = api.add_collection_item(collection.slug, model, "model", note="first")
    api.update_collection_item(collection.slug, added.items[0].item_object_id, note="second")
    same(api.get_collection(collection.slug).items[0].note, "second")
    api.update_collection_metadata(collection.slug, title="Renamed")
    assert [one.title for one in api.list_collections(owner=user)] == ["Renamed"]
    api.delete_collection(collection.slug)


@call("create_webhook")
def _():
    hook = api.create_webhook(watched=[{"type": "user", "name": user}], url="https://example.org/hook", domains=["repo"], secret="s")
    api.disable_webhook(hook.id)
    same(api.get_webhook(hook.id).disabled, True)
    api.enable_webhook(hook.id)
    api.delete_webhook(hook.id)
    same(list(api.list_webhooks()), [])


# Settings and the end


@call("update_repo_settings")
def _():
    api.update_repo_settings(model, gated="manual")
    same(api.model_info(model).gated, "manual")


@call("list_pending_access_requests")
def _():
    same(list(api.list_pending_access_requests(model)), [])
    api.update_repo_settings(model, gated=False)


@call("list_user_repos")
def _():
    assert model in [one.id for one in api.list_user_repos()]


@call("duplicate_repo")
def _():
    twin = f"{user}/twin"
    same(api.duplicate_repo(model, twin).repo_id, twin)
    same(api.model_info(twin).sha, api.model_info(model).sha)
    api.delete_repo(twin)


@call("move_repo")
def _():
    api.move_repo(model, f"{user}/moved")
    same(api.model_info(model).id, f"{user}/moved")
    api.move_repo(f"{user}/moved", model)


@call("delete_repo")
def _():
    api.delete_repo(model)
    api.delete_repo(data, repo_type="dataset")
    api.delete_repo(space, repo_type="space")
    same(api.repo_exists(model), False)
    api.delete_repo(model, missing_ok=True)
    raises(errors.RepositoryNotFoundError, lambda: api.delete_repo(model))


make_calls(has)
