#!/usr/bin/env bash
# Puts callboard on the PATH of a job's next steps: the first step of action.yml.
#
# A release is taken only if its archive has the digest that was told before: that
# of release.sha256 beside this file, or of the input sha256. A commit that belongs
# to no release is built with Go, since then the sources are what was pinned.
set -euo pipefail

fail() {
	printf '::error title=callboard::%s\n' "$1"
	exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pinned=$here/release.sha256

case ${RUNNER_OS:-$(uname -s)} in
Linux) os=linux ;;
macOS | Darwin) os=darwin ;;
Windows | MINGW* | MSYS*) os=windows ;;
*) fail "there is no release for the system $RUNNER_OS" ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
X64 | x86_64) arch=amd64 ;;
ARM64 | arm64 | aarch64) arch=arm64 ;;
*) fail "there is no release for the architecture ${RUNNER_ARCH:-$(uname -m)}" ;;
esac
program=callboard
if [ "$os" = windows ]; then program=callboard.exe; fi

ours=$(sed -n "s/^[0-9a-f]\{64\}  callboard_\(.*\)_${os}_${arch}\.tar\.gz\$/\1/p" "$pinned" | head -n 1)
version=${INPUT_VERSION:-${ours:-source}}
version=${version#v}
if [[ ! $version =~ ^[0-9A-Za-z.-]+$ ]]; then fail "the input version is no version"; fi

# The directory is the job's own, and made once in it. Names are relative from here
# on: to tar, what stands before a colon is another machine.
dir=${RUNNER_TEMP:-/tmp}/callboard-$version
mkdir -p "$dir"
cd "$dir"

# digest prints the SHA-256 that the archive $1 must have, if it is known.
digest() {
	if [ "$version" = "$ours" ]; then
		sed -n "s/^\([0-9a-f]\{64\}\)  $1\$/\1/p" "$pinned"
	elif [[ ${INPUT_SHA256:-} =~ ^[[:space:]]*([0-9a-f]{64})[[:space:]]*$ ]]; then
		printf '%s\n' "${BASH_REMATCH[1]}"
	else
		printf '%s\n' "${INPUT_SHA256:-}" | sed -n "s/^\([0-9a-f]\{64\}\)  $1\$/\1/p"
	fi
}

check() {
	if command -v sha256sum >/dev/null; then
		sha256sum --check --status
	else
		shasum -a 256 --check --status
	fi
}

# releases is the address below which releases are.
releases() {
	if [ -n "${INPUT_DOWNLOAD_URL:-}" ]; then
		printf '%s\n' "${INPUT_DOWNLOAD_URL%/}"
		return
	fi
	# Runners do not promise the name of the repository to composite actions; the
	# directory that they check it out in has it.
	repository=${ACTION_REPOSITORY:-}
	if [ -z "$repository" ]; then
		repository=$(printf '%s\n' "${ACTION_PATH:-}" | tr '\\' / | sed -n 's#^.*/_actions/\([^/]*/[^/]*\)/.*$#\1#p')
	fi
	printf '%s/%s/releases/download\n' "${GITHUB_SERVER_URL:-}" "${repository:-${GITHUB_REPOSITORY:-}}"
}

download() {
	archive=callboard_${version}_${os}_${arch}.tar.gz
	sum=$(digest "$archive" | head -n 1)
	if [ -z "$sum" ]; then
		fail "the digest of $archive is not known: give the input sha256, with the text of SHA256SUMS of that release"
	fi
	url=$(releases)/v$version/$archive
	protocols='=https'
	if [[ ${INPUT_DOWNLOAD_URL:-} == http://* ]]; then protocols='=http,https'; fi
	if ! curl --fail --silent --show-error --location --proto "$protocols" --retry 3 --max-time 300 --output "$archive" "$url"; then
		fail "$archive cannot be had from $url"
	fi
	if ! printf '%s  %s\n' "$sum" "$archive" | check; then
		rm -f "$archive"
		fail "$archive does not have the digest $sum: it is not the release that was asked for"
	fi
	tar -xzf "$archive" "$program"
	rm -f "$archive"
}

build() {
	if ! command -v go >/dev/null; then
		fail "this commit of the Action belongs to no release: use one that does, or give version and sha256, or set up Go to build it"
	fi
	(cd "$here/.." && GOFLAGS='' go build -trimpath -buildvcs=false -o "$dir/$program" ./cmd/callboard)
}

if [ ! -x "$program" ]; then
	if [ "$version" = source ]; then build; else download; fi
fi
printf '%s\n' "$dir" >>"$GITHUB_PATH"
printf 'version=%s\n' "$version" >>"$GITHUB_OUTPUT"
