#!/bin/bash
# Makes one generation of golden vaults (README.md) with the program built in a checkout:
#
#     make.sh CHECKOUT NAME       CHECKOUT: `node scripts/build.mjs` was run in it; NAME: the folder that is made beside this file
#
# What each set has to restore to is noted by find and sha256sum, from the source itself, while the set is made.
# Root on Linux, Node 24 first in the PATH, zstd, qemu-io and nbdcopy (for generations that know volumes).
set -euo pipefail
umask 022
checkout=$(realpath "$1")
out=$(realpath "$(dirname "$0")")/$2
work=/tmp/coldframe-golden
[ ! -e "$out" ] && [ ! -e "$work" ] || { echo "$out or $work is there already" >&2; exit 1; }
mkdir -p "$work/vaults" "$out"
printf 'correct horse battery staple\n' >"$work/passphrase"
printf 'a later passphrase\n' >"$work/later"
chmod 600 "$work/passphrase" "$work/later"
secret=()

coldframe() { node "$checkout/dist/coldframe.js" --home "$work/home" --json --quiet "$@"; }
noise() { head -c "$2" /dev/urandom >"$1"; }
text() { head -c "$3" < <(yes "$2") >"$1"; }

vault() { # NAME DRIVES BYTES: of tapes so small that sets of a few KiB go over several of them, which no command makes
  dir=$work/vaults/$1
  coldframe vault create "$dir" --drives "$2" --slots 10 --tape-size 32MiB "${secret[@]}" >/dev/null
  put tapeBytes "$3"
  mkdir -p "$out/$1/lists"
}
put() { sed -i -E "s|(\"$1\": )[^,]*|\1$2|" "$dir/library.json"; }

note() { # VAULT OBJECT JSON ROOT: what a set holds, by its id
  local set
  set=$(sed -nE 's/^\{"set":\{"id":"([0-9a-f]{32})","object":"[^"]*","level":"([a-z]*)".*/\1 \2/p' <<<"$3")
  [ -n "$set" ] || { echo "no set: $3" >&2; exit 1; }
  echo "${set% *} $2 ${set#* }" >>"$out/$1/sets.txt"
  (
    cd "$work/source"
    find . -mindepth 1 -path "./$4*" -type f -print0 | sort -z | xargs -0 sha256sum >"$out/$1/lists/${set% *}.sha256"
    find . -mindepth 1 -path "./$4*" \( -type f -printf 'f %m %T@ %n %s %P\n' -o -type l -printf 'l %l %P\n' -o -printf '%y %m %T@ %P\n' \) |
      LC_ALL=C sort >"$out/$1/lists/${set% *}.find"
  )
}
backup() { # VAULT OBJECT LEVEL
  note "$1" "$2" "$(coldframe backup "$2" --level "$3" "${secret[@]}")" "$2"
}
keep() { # VAULT: as files that change no more
  mkdir -p "$out/$1/tapes" "$out/$1/catalog"
  find "$dir/tapes" -name '*.tap' -size 0 -delete
  for tape in "$dir"/tapes/*.tap; do zstd -q -19 "$tape" -o "$out/$1/tapes/$(basename "$tape").zst"; done
  cp "$dir/catalog/"* "$out/$1/catalog/"
  cp "$dir/library.json" "$out/$1/"
  coldframe sets >"$work/sets"
  grep -qE "\"tapes\":\[\"[A-Z0-9]*\",\"" "$work/sets" || { echo "no set of $1 spans tapes" >&2; exit 1; }
  for object in docs more disk; do coldframe object remove "$object" >/dev/null 2>&1 || true; done
  rm -rf "$work/home"
}

tree() {
  local docs=$work/source/docs
  rm -rf "$work/source"
  mkdir -p "$docs/sub/deep" "$work/source/more"
  text "$docs/letter.txt" 'What compresses well.' 3000
  noise "$docs/noise" 5000
  noise "$docs/sub/deep/noise" 700
  : >"$docs/empty"
  text "$docs/a name with spaces" 'spaces' 100
  text "$docs/$(printf 'latin-\351')" 'not UTF-8' 50
  ln -s letter.txt "$docs/link"
  ln "$docs/noise" "$docs/sub/hard-link"
  mkfifo -m 620 "$docs/fifo"
  chmod 4711 "$docs/letter.txt"
  chmod 700 "$docs/sub"
  # Longer than a part of the media format, nearly all of it a hole.
  truncate -s 70M "$docs/sparse"
  printf 'in the middle' | dd of="$docs/sparse" bs=1 seek=5000000 conv=notrunc status=none
  printf 'in the second part' | dd of="$docs/sparse" bs=1 seek=68000000 conv=notrunc status=none
  touch -h -d '2001-02-03 04:05:06.123456789Z' "$docs/link" "$docs/letter.txt"
  touch -d '1969-07-20 20:17:40Z' "$docs/empty"
  noise "$work/source/more/one" 4000
  text "$work/source/more/two" 'of another object' 2000
}
change() { # a second state, and a third
  local docs=$work/source/docs
  case $1 in
  1)
    text "$docs/letter.txt" 'What was written later.' 3500
    rm "$docs/empty"
    noise "$docs/sub/new" 4500
    chmod 750 "$docs/sub"
    ;;
  2)
    mv "$docs/sub/deep" "$docs/moved"
    rm "$docs/a name with spaces"
    mkdir "$docs/a name with spaces"
    text "$docs/a name with spaces/within" 'a folder now' 60
    noise "$docs/noise-2" 1500
    ;;
  esac
}
objects() {
  for object in docs more; do coldframe object add "$object" --vault "$dir" --files "$work/source/$object" >/dev/null; done
}

interleave() { # VAULT: a set between the chunks of a longer one; whether it comes there is a matter of timing
  local one again delay
  text "$work/source/more/long" 'of chunks of their full length' 24000000
  put codec '"none"'
  put tapeBytes 30000000
  cp -a "$dir" "$work/vault-before"
  cp -a "$work/home" "$work/home-before"
  for delay in 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1; do
    coldframe backup more --level full >"$work/one" &
    one=$!
    sleep "$delay"
    coldframe backup docs --level full >"$work/other"
    wait "$one"
    for tape in "$dir"/tapes/*.tap; do
      [ -s "$tape" ] || continue
      again=$(coldframe tape show "$(basename "$tape" L8.tap)" | grep -oE '"set":"[0-9a-f]{32}"' | uniq | sort | uniq -d)
      if [ -n "$again" ]; then
        note "$1" more "$(cat "$work/one")" more
        note "$1" docs "$(cat "$work/other")" docs
        put tapeBytes 25000
        return 0
      fi
    done
    rm -rf "$dir" "$work/home"
    cp -a "$work/vault-before" "$dir"
    cp -a "$work/home-before" "$work/home"
  done
  echo "nothing was interleaved" >&2
  exit 1
}

# In the clear: one drive, each codec, interleaved sets, and a set that was interrupted at the end.
tree
vault plain 1 25000
objects
backup plain docs full
backup plain more full
change 1
put codec '"deflate"'
backup plain docs incremental
change 2
put codec '"none"'
backup plain docs differential
interleave plain
put codec '"zstd"'
if [ -e "$checkout/electron/engine/tape/copy-tape.ts" ]; then
  coldframe tape label "$dir" --barcode CP0001L8 --pool vaulted >/dev/null
  coldframe tape copy CF0001 --to CP0001 >/dev/null
fi
noise "$work/source/docs/never-finished" 900
! COLDFRAME_FAILPOINT=tape:after-flush coldframe backup docs --level full >/dev/null 2>&1
keep plain

# Sealed: two drives, a chain, a passphrase that changed within it, a merge.
tree
rm "$work/source/docs/sparse"
secret=(--passphrase-file "$work/passphrase")
vault sealed 2 34000
objects
backup sealed docs full
change 1
backup sealed docs incremental
coldframe vault passphrase "$dir" --new-passphrase-file "$work/later" "${secret[@]}" >/dev/null
secret=(--passphrase-file "$work/later")
change 2
backup sealed docs incremental
note sealed docs "$(coldframe merge docs "${secret[@]}")" docs
keep sealed
secret=()

# A volume: what did not change is taken over from the parent set, in sets that can say so.
if [ -e "$checkout/electron/engine/snapshot" ]; then
  rm -rf "$work/source"
  mkdir -p "$work/source" "$work/volumes"
  vault volumes 1 25000
  coldframe volume create disk --size 68MiB --file "$work/volumes/disk.img" >/dev/null
  coldframe volume serve disk --socket "$work/nbd.sock" >/dev/null 2>&1 &
  server=$!
  until [ -S "$work/nbd.sock" ]; do sleep 0.1; done
  coldframe object add disk --vault "$dir" --volume disk >/dev/null
  io() { for act; do qemu-io -f raw -c "$act" "nbd+unix:///disk?socket=$work/nbd.sock" >/dev/null; done; }
  state() { rm -f "$work/source/disk" && nbdcopy "nbd+unix:///disk?socket=$work/nbd.sock" "$work/source/disk"; }
  random() { head -c 3072 /dev/urandom >"$work/random"; }
  random
  io 'write -P 1 0 640k' 'write -P 2 1M 256k' "write -s $work/random 200k 3k" 'write -P 7 67M 200k'
  state
  backup volumes disk full
  random
  io 'write -P 3 128k 4k' "write -s $work/random 1100k 3k" 'write -z 64k 64k' 'write -P 8 67M 4k'
  state
  backup volumes disk incremental
  io 'write -P 4 300k 70k' 'write -P 5 2M 64k'
  state
  backup volumes disk incremental
  io 'write -P 6 2M 4k'
  state
  backup volumes disk differential
  kill "$server"
  wait "$server" || true
  keep volumes
fi
rm -rf "$work"
