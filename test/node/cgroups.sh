# shellcheck shell=bash # sourced

# The folder of each hierarchy: one with cgroup v2, and one a controller with v1.
hierarchies() {
  findmnt --types cgroup,cgroup2 --noheadings --output TARGET
}

# make_cgroups CGROUP: with v1, a cgroup can hold nothing before it has processors.
make_cgroups() {
  local hierarchy part path file
  while read -r hierarchy; do
    path=$hierarchy
    for part in ${1//\// }; do
      path+=/$part
      mkdir -p "$path"
      for file in cpuset.cpus cpuset.mems; do
        # With v2 an empty list stands for all.
        if [[ -f $path/$file && ! -f $path/cgroup.controllers && -z $(<"$path/$file") ]]; then
          cat "$path/../$file" >"$path/$file"
        fi
      done
      # With v1, all pods would have as much processor time as one process outside of them.
      [[ ! -f $path/cpu.shares ]] || echo 16384 >"$path/cpu.shares"
    done
  done < <(hierarchies)
}

# remove_cgroups CGROUP: the processes in them are killed.
remove_cgroups() {
  local hierarchy file id attempt
  while read -r hierarchy; do
    [[ -d $hierarchy/$1 ]] || continue
    for ((attempt = 0; attempt < 100; attempt++)); do
      while read -r file; do
        while read -r id; do kill -KILL "$id" 2>/dev/null || true; done <"$file"
      done < <(find "$hierarchy/$1" -name cgroup.procs)
      find "$hierarchy/$1" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.1
    done
    if [[ -d $hierarchy/$1 ]]; then
      echo "$hierarchy/$1 cannot be removed" >&2
      return 1
    fi
  done < <(hierarchies)
}
