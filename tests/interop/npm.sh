# shellcheck shell=bash disable=SC2154  # `work` is made by interop.sh
# How an interop test gets packages of npm. Sourced behind interop.sh.

# need_npm FOLDER PACKAGE_JSON: installs what the file names in the folder, unless it is there already. Without node, npm
# or a network the test is skipped.
need_npm() {
  local folder=$1 wanted=$2
  need node
  need npm
  ! cmp -s "$wanted" "$folder/package.json" || return 0
  rm -rf "$folder"
  mkdir -p "$folder.new"
  cp "$wanted" "$folder.new/package.json"
  if ! timeout 120 npm install --prefix "$folder.new" --ignore-scripts --no-audit --no-fund --no-package-lock \
    --fetch-retries=1 --fetch-timeout=20000 >"$work/npm.log" 2>&1; then
    printf 'skipped: npm cannot fetch %s: %s\n' "$wanted" "$(tail -n 3 "$work/npm.log")"
    exit 77
  fi
  mv "$folder.new" "$folder"
}
