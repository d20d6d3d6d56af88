#!/bin/bash
# Makes a fresh Debian 12 or Ubuntu ready: system packages, .venv, the pinned Python packages.
# Needs no terminal and asks no question; a second run only checks.  WROUGHT_PYTHON names the
# Python to use, WROUGHT_SYSTEM_PACKAGES=skip leaves the operating system alone.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
log=build/setup.log
: >"$log"

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: error: %s\n' "$@" >&2; exit 1; }

# attempt WHAT COMMAND...: runs quietly, once more if it failed (networks hiccup), then shows why.
attempt() {
    local what=$1 try
    shift
    say "$what"
    for try in 1 2; do
        printf '\n$ %s\n' "$*" >>"$log"
        if "$@" >>"$log" 2>&1 </dev/null; then return 0; fi
        [ "$try" = 1 ] && sleep 3
    done
    printf 'setup: error: this failed twice:\n  %s\nits last lines (all: %s):\n' "$*" "$log" >&2
    tail -n 15 "$log" | sed 's/^/  | /' >&2
    return 1
}

# The words to put before a command that needs root; fails where there is no way without asking.
as_root() {
    if [ "$(id -u)" = 0 ]; then echo "env"; return 0; fi
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then echo "sudo -n env"; return 0; fi
    return 1
}

# apt PACKAGE...: installs, or says what to type.
apt_updated=no
apt() {
    local root
    if ! command -v apt-get >/dev/null; then
        die "these are missing, and there is no apt-get here: $*" \
            "install them with your system's package manager, then run make again"
    fi
    if ! root=$(as_root); then
        die "these system packages are missing; install them, then run make again:" \
            "    sudo apt-get update && sudo apt-get install -y $*"
    fi
    if [ "$apt_updated" = no ]; then
        attempt "apt-get update" $root DEBIAN_FRONTEND=noninteractive apt-get update -q || true
        apt_updated=yes
    fi
    attempt "apt-get install $*" $root DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@" || exit 1
}

system_packages() {
    [ "${WROUGHT_SYSTEM_PACKAGES:-}" = skip ] && return 0
    local proof package missing=()
    while read -r proof package _; do
        case $proof in '' | '#'*) continue ;; esac
        command -v "$proof" >/dev/null || [ -e "$proof" ] || missing+=("$package")
    done <src/wrought/cli/system-packages.txt
    if [ ${#missing[@]} -gt 0 ]; then apt "${missing[@]}"; fi
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${WROUGHT_PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if is_new_enough "$name"; then command -v "$name"; return 0; fi
    done
    return 1
}

# A python3 without ensurepip is how Debian ships it: `venv` then makes a broken environment.
make_venv() {
    local python version
    if ! python=$(find_python); then
        [ -z "${WROUGHT_PYTHON:-}" ] ||
            die "WROUGHT_PYTHON=$WROUGHT_PYTHON is not Python 3.11 or newer"
        apt python3.11 python3.11-venv
        python=$(find_python) || die "no Python 3.11 or newer here"
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt "python$version-venv"
    fi
    attempt "new .venv with $("$python" -V)" "$python" -m venv --clear .venv || exit 1
}

system_packages
if ! { is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    make_venv
fi
attempt "pinned Python packages (some 250 MB the first time)" \
    .venv/bin/python -m pip install --disable-pip-version-check --no-input -r requirements.lock ||
    exit 1
attempt "wrought itself, editable" .venv/bin/python -m pip install --disable-pip-version-check \
    --no-input --no-deps --no-build-isolation -e . || exit 1
touch .venv/wrought-ready
say "ready"
