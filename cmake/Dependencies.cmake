# The libraries we stand on. Each missing one ends here, with the package that brings it.

macro(policyc_require package debian_package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "policyc needs ${package} ${ARGN}: apt-get install ${debian_package}, or run ./dev build")
  endif()
endmacro()

# LLVM by version: the unversioned package of Debian 12 is 14, which lacks the ORC interface used here.
set(POLICYC_LLVM_VERSION 19 CACHE STRING "major version of LLVM, 19 or newer")
if(POLICYC_LLVM_VERSION LESS 19)
  message(FATAL_ERROR "policyc needs LLVM 19 or newer; POLICYC_LLVM_VERSION is ${POLICYC_LLVM_VERSION}")
endif()
# LLVM's package answers only to its exact minor version, so the folder names the major one, and it is checked below.
find_package(LLVM CONFIG QUIET PATHS /usr/lib/llvm-${POLICYC_LLVM_VERSION} NO_DEFAULT_PATH)
if(NOT LLVM_FOUND)
  find_package(LLVM CONFIG QUIET)
endif()
if(NOT LLVM_FOUND OR LLVM_VERSION_MAJOR LESS 19)
  message(FATAL_ERROR "policyc needs LLVM ${POLICYC_LLVM_VERSION}: apt-get install "
                      "llvm-${POLICYC_LLVM_VERSION}-dev, or run ./dev build")
endif()

# LLD of the same LLVM: images are linked by it, in this process.
find_package(LLD CONFIG QUIET PATHS ${LLVM_LIBRARY_DIR}/cmake/lld NO_DEFAULT_PATH)
if(NOT LLD_FOUND)
  message(FATAL_ERROR "policyc needs LLD ${LLVM_VERSION}: apt-get install liblld-${LLVM_VERSION_MAJOR}-dev, "
                      "or run ./dev build")
endif()

# The shared library where there is one: it links in no time. Images are made for both kinds of processor.
if(TARGET LLVM)
  set(POLICYC_LLVM_LIBRARIES LLVM)
else()
  llvm_map_components_to_libnames(POLICYC_LLVM_LIBRARIES aarch64 asmparser bitwriter core lto native object option
                                  orcjit passes support targetparser x86)
endif()
separate_arguments(LLVM_DEFINITIONS_LIST NATIVE_COMMAND "${LLVM_DEFINITIONS}")

policyc_require(fmt libfmt-dev)
policyc_require(OpenSSL libssl-dev 3.0 COMPONENTS Crypto)
policyc_require(CLI11 libcli11-dev)
policyc_require(nlohmann_json nlohmann-json3-dev)
policyc_require(pugixml libpugixml-dev)

find_program(ANTLR4_TOOL antlr4)
find_path(ANTLR4_INCLUDE antlr4-runtime.h PATH_SUFFIXES antlr4-runtime)
find_library(ANTLR4_LIBRARY antlr4-runtime)
if(NOT ANTLR4_TOOL OR NOT ANTLR4_INCLUDE OR NOT ANTLR4_LIBRARY)
  message(FATAL_ERROR "policyc needs ANTLR 4: apt-get install antlr4 libantlr4-runtime-dev, or run ./dev build")
endif()

find_package(Threads REQUIRED)
if(POLICYC_TESTS)
  policyc_require(GTest libgtest-dev)
endif()
