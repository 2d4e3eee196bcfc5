#!/bin/sh
# Sets up one part of what the project needs on this machine; called by the Makefile, quiet when all is well.
#
#     sh infra/setup.sh python | node | tools | clean
#
# Installs Debian packages only as root and only where they are missing; otherwise says in a sentence what to install.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
refuse() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Whether the Debian packages could be installed here and now.
apt_install() {
    [ "$(id -u)" = 0 ] && has apt-get || return 1
    say "Installing Debian packages: $*"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1 </dev/null
}

# A name on the PATH may be a shim that refuses to run, so each is tried.
find_python() {
    for python in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$python"
            return
        fi
    done
    refuse "Python 3.11 or later was not found; install it (Debian 12: apt install python3 python3-venv)," \
        "or name it: make setup PYTHON=/path/to/python3"
}

set_up_python() {
    python=$(find_python)
    if ! [ -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if ! "$python" -c 'import ensurepip' 2>/dev/null; then
            apt_install python3-venv && "$python" -c 'import ensurepip' 2>/dev/null ||
                refuse "$python cannot make virtual environments; install the module (Debian: apt install python3-venv)."
        fi
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say "Installing Python packages (about a minute the first time) ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        -c constraints.txt -e '.[engines,test]' ||
        refuse "The Python packages could not be installed; the lines above say why (a full disk, no network?)."
    touch .venv/ready
}

set_up_node() {
    has node && has npm || apt_install nodejs npm ||
        refuse "Node.js 20 or later with npm is needed; install both (see https://nodejs.org)."
    major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    [ "$major" -ge 20 ] || refuse "Node.js 20 or later is needed; $(command -v node) is $(node --version)."
    say "Installing npm packages ..."
    npm ci --ignore-scripts --omit=dev --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null ||
        refuse "The npm packages could not be installed; the lines above say why (a full disk, no network?)."
    touch node_modules/.ready
}

# clamd lies where only root looks; whoever runs it looks there too (portal/embedded/virus_scanner.py).
has_clamd() { PATH="$PATH:/usr/sbin:/usr/local/sbin" has clamd; }

# What only the tests need: a browser, two programs that look into PDF files, and a virus scanner.
set_up_tools() {
    missing=
    has chromium || missing="$missing chromium"
    has pdftotext || missing="$missing poppler-utils"
    has qpdf || missing="$missing qpdf"
    has_clamd || missing="$missing clamav-daemon"
    if [ -n "$missing" ] && ! apt_install $missing; then
        has chromium || .venv/bin/python -m playwright install chromium >/dev/null ||
            refuse "The browser tests need Chromium; install it (Debian: apt install chromium)."
        has pdftotext && has qpdf ||
            refuse "The tests of PDF documents need pdftotext and qpdf; install them (Debian: apt install poppler-utils qpdf)."
        has_clamd || refuse "The tests of scanning need clamd; install it (Debian: apt install clamav-daemon)."
    fi
    touch .venv/tools
}

# PostgreSQL's data may lie elsewhere, behind a link: see portal/embedded/postgres.py.
clean() {
    for data in var/*/postgres; do
        if [ -L "$data" ]; then rm -rf "$(readlink "$data")"; fi
    done
    rm -rf var .venv node_modules ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
    find . -name __pycache__ -type d -prune -exec rm -rf {} +
}

case "${1:-}" in
    python) set_up_python ;;
    node) set_up_node ;;
    tools) set_up_tools ;;
    clean) clean ;;
    *) refuse "usage: sh infra/setup.sh python|node|tools|clean" ;;
esac
