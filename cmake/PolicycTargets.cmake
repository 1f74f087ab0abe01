# How our targets are made: warnings, sanitizers, and a library for each folder.

# GCC 12 sees overlaps in std::string that are not there (-Wrestrict), and a designated initialiser leaves fields out on
# purpose.
add_library(policyc_options INTERFACE)
target_compile_options(policyc_options INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers -Wno-restrict
                                                 -Werror=switch -Werror=return-type)
if(POLICYC_SANITIZE)
  target_compile_options(policyc_options INTERFACE -fsanitize=${POLICYC_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(policyc_options INTERFACE -fsanitize=${POLICYC_SANITIZE})
endif()

# policyc_library(name DEPENDS other ...): compiler/<name>/*.cpp as policyc_<name>. Links name the layers below it.
function(policyc_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(policyc_${name} STATIC ${sources})
  target_include_directories(policyc_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(policyc_${name} PUBLIC policyc_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()
