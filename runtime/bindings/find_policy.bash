# For the scripts of the bindings: where a build or an installation of policyc has its parts. To be sourced.

# find_library BUILD_OR_PREFIX NAME: the shared library of that name.
find_library() {
  local folder
  for folder in runtime compiler lib lib64 "lib/$(uname -m)-linux-gnu" .; do
    if [[ -e "$1/${folder}/$2" ]]; then
      realpath "$1/${folder}/$2"
      return
    fi
  done
  echo "no $2 in $1" >&2
  return 1
}

# library_folders BUILD_OR_PREFIX: of libpolicy and, where it is there, libpolicy_jit, with `:` between them.
library_folders() {
  local library folders=()
  for library in libpolicy.so libpolicy_jit.so; do
    if library=$(find_library "$1" "$library" 2>/dev/null); then folders+=("$(dirname "$library")"); fi
  done
  (IFS=: && echo "${folders[*]}")
}

# find_include BUILD_OR_PREFIX: the folder in which policy/policy.h is.
find_include() {
  local source
  source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../include")
  if [[ -e "$1/include/policy/policy.h" ]]; then
    realpath "$1/include"
  elif [[ -e "${source}/policy/policy.h" ]]; then
    echo "$source"
  else
    echo "no policy/policy.h in $1" >&2
    return 1
  fi
}

# bundle LIBRARY FOLDER: copies libpolicy there, and libfmt where it needs that.
bundle() {
  local needed
  cp -L "$1" "$2/libpolicy.so.1"
  chmod u+w "$2/libpolicy.so.1"
  needed=$(ldd "$1" | awk '/libfmt/ { print $3 }')
  [[ -z "$needed" ]] || cp -L "$needed" "$2/$(ldd "$1" | awk '/libfmt/ { print $1 }')"
}
