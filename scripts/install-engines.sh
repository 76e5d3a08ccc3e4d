#!/usr/bin/env bash
# Installs what `make test-engines` needs besides: Slurm, GNU parallel and an ssh server from Debian, Open Job Description and the
# schemas of Kubernetes and GitHub Actions, an S3 server and Ninja from PyPI, Amazon States Language from npm. Python and Node packages go to target/, nothing is started.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { command -v "$2" >/dev/null 2>&1 || [ -x "/usr/sbin/$2" ] || missing+=("$1"); }
need slurm-wlm slurmctld
need munge munged
need parallel parallel
need openssh-server sshd
need openssh-client ssh
need make make
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  echo "Installing from Debian: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
fi

if [ ! -x target/engines/venv/bin/moto_server ] || [ ! -x target/engines/venv/bin/ninja ] ||
  [ ! -x target/engines/venv/bin/check-jsonschema ]; then
  python3 -m venv target/engines/venv
  target/engines/venv/bin/pip install --quiet --no-compile openjd-cli kubernetes-validate 'moto[s3,server]' ninja check-jsonschema pyyaml
fi
if [ ! -d target/engines/npm/node_modules/aws-local-stepfunctions ]; then
  mkdir -p target/engines/npm
  (cd target/engines/npm && { [ -f package.json ] || echo '{"private": true, "type": "module"}' >package.json; } &&
    npm install --silent --no-audit --no-fund asl-validator@4 aws-local-stepfunctions@3)
fi
