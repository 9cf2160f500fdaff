#!/usr/bin/env bash
# build.sh FROM TO: compiles the measured programs of FROM/cases.csv into TO/elf, one file per case.
# Needs riscv64-unknown-elf-gcc; data are left zero (-DNOBSS -DNOINIT) and the console lies in RAM, as in the measurements.
set -euo pipefail
from=$1 to=$2
here=$(cd "$(dirname "$0")/programs" && pwd)
mkdir -p "$to/elf"
tail -n +2 "$from/cases.csv" | while IFS=, read -r file program flags mode _; do
  start=("$here/rt/crt.S")
  if [ "$mode" = vm ]; then start=("$here/rt/crt_vm.S" "$here/rt/vm.c"); fi
  # shellcheck disable=SC2086 # flags are words
  riscv64-unknown-elf-gcc -mcmodel=medany -O2 -march=rv64imafdc_zicsr_zifencei -mabi=lp64d -ffreestanding -fno-builtin -nostdlib \
    -nostartfiles -static -T "$here/rt/link.ld" -Wl,--no-warn-rwx-segments -Wl,-z,max-page-size=4096 -s -I"$here" -DNOBSS -DNOINIT $flags \
    "$here/$program" "${start[@]}" "$here/rt/ram.c" -lgcc -o "$to/elf/${file%.txt}.elf"
done
