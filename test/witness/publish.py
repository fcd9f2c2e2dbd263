"""What Python's clients make of a repository that we published, and of one that they publish themselves, on the local Hub (HF_ENDPOINT)."""
import json, sys, tempfile
from pathlib import Path
from huggingface_hub import HfApi, ModelCard, get_token
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

given = json.load(sys.stdin)
api = HfApi()
card = ModelCard.load(given["published"])
card.validate()
info = api.model_info(given["published"], files_metadata=True)

folder = Path(tempfile.mkdtemp())
(folder / "onnx").mkdir()
(folder / "config.json").write_text("{}")
(folder / "model.safetensors").write_bytes(b"python" * 50_000)
(folder / "onnx" / "model.onnx").write_bytes(b"onnx" * 10)
created = api.create_repo(given["own"], private=True)
commit = api.upload_folder(repo_id=given["own"], folder_path=folder)

def refused(call):
    try:
        call()
    except (HfHubHTTPError, ValueError) as error:
        return getattr(getattr(error, "response", None), "status_code", None) or type(error).__name__
    return None

print(json.dumps({
    "who": api.whoami()["name"],
    "token": get_token(),
    "results": [[r.metric_type, r.metric_value, r.dataset_type] for r in card.data.eval_results],
    "library": card.data.library_name,
    "private": info.private,
    "files": {s.rfilename: s.lfs.sha256 if s.lfs else s.size for s in info.siblings},
    "own": {"url": str(created), "oid": commit.oid, "files": sorted(api.list_repo_files(given["own"]))},
    "refused": {
        "exists": refused(lambda: api.create_repo(given["own"])),
        "stale": refused(lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=given["own"], parent_commit="0" * 40)),
        "elsewhere": refused(lambda: api.create_repo("strangers/x")),
        "card": refused(lambda: api.upload_file(path_or_fileobj=b"---\nlicense: {}\n---\n", path_in_repo="README.md", repo_id=given["own"])),
    },
}))
