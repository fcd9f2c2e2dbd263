"""What Hugging Face's own clients do with the local Hub and with the cache that we share: one action a call."""
import json
import os
import sys
import time

import huggingface_hub as hub
from huggingface_hub.utils import WeakFileLock

given = json.load(sys.stdin)


def snapshot(name, kind="model", **options):
    return os.path.basename(hub.snapshot_download(name, repo_type=kind, **options))


def scan():
    found = hub.scan_cache_dir()
    return {
        "warnings": [str(warning) for warning in found.warnings],
        "incomplete": len(found.incomplete_files),
        "repositories": sorted(
            ({
                "type": repo.repo_type, "id": repo.repo_id, "bytes": repo.size_on_disk,
                "revisions": sorted(({"commit": each.commit_hash, "bytes": each.size_on_disk, "files": len(each.files), "refs": sorted(each.refs)} for each in repo.revisions), key=lambda each: each["commit"]),
            } for repo in found.repos),
            key=lambda repo: repo["id"],
        ),
    }


def refusal(name, **options):
    try:
        hub.hf_hub_download(name, options.pop("file", "config.json"), **options)
        return None
    except Exception as error:
        return type(error).__name__


def from_pretrained(name):
    from transformers import AutoModel, AutoTokenizer

    return {"tokens": AutoTokenizer.from_pretrained(name)("a late goal")["input_ids"], "parameters": AutoModel.from_pretrained(name).num_parameters()}


def rows(name, config=None):
    import datasets

    loaded = datasets.load_dataset(name, config)
    return {split: {"rows": part.num_rows, "first": part[0]} for split, part in loaded.items()}


def is_locked(path):
    try:
        with WeakFileLock(path, timeout=0.2):
            return False
    except Exception as error:
        return type(error).__name__


def hold(path, until):
    with WeakFileLock(path):
        open(until + ".held", "w").close()
        while not os.path.exists(until):
            time.sleep(0.01)


actions = {
    "snapshot": snapshot, "scan": scan, "refusal": refusal, "from_pretrained": from_pretrained, "rows": rows, "is_locked": is_locked, "hold": hold,
    "whoami": lambda token: hub.whoami(token=token)["name"],
    "tree": lambda name: [each.path for each in hub.list_repo_tree(name, recursive=True)],
    "search": lambda words, kind: [each.id for each in (hub.list_models if kind == "model" else hub.list_datasets)(search=words, limit=5)],
    "info": lambda name: {"id": hub.dataset_info(name).id, "files": [each.rfilename for each in hub.dataset_info(name).siblings]},
}
print(json.dumps(actions[given.pop("action")](**given)))
