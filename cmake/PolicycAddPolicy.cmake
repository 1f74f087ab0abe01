# policyc_add_policy(target file.policy [LINKED] [TARGET kind] [CPU cpu] [SIGN key.pem] [DEPENDS files...])
#
#   find_package(policyc REQUIRED)
#   policyc_add_policy(crm crm.policy)
#   target_link_libraries(host PRIVATE crm policyc::runtime)
#
# Whoever links `target` finds the generated header as "TARGET.h", and its image, which is built first:
#
#   without LINKED   TARGET.policy.so beside the header; the property POLICYC_IMAGE of the target is its path, and so is
#                    the macro TARGET_IMAGE in upper case
#   LINKED           the image is an object file, linked in; open it with policy_program_open_linked
#
# TARGET is the kind of processor (policyc build --target); left out, it is the one that the project is compiled for.
# Files that the policy reaches by `use` are seen by themselves; DEPENDS is for what is generated meanwhile.
function(policyc_add_policy target policy)
  cmake_parse_arguments(ARG "LINKED" "TARGET;CPU;SIGN" "DEPENDS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "policyc_add_policy(${target}): unknown words ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(ARG_LINKED AND ARG_SIGN)
    message(FATAL_ERROR "policyc_add_policy(${target}): an image that is linked in has no signature of its own")
  endif()
  if(NOT POLICYC_EXECUTABLE)
    message(FATAL_ERROR "policyc_add_policy(${target}): no policyc found; set POLICYC_EXECUTABLE")
  endif()
  get_filename_component(policy ${policy} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/policies/${target})
  file(MAKE_DIRECTORY ${folder})
  set(header ${folder}/${target}.h)
  set(image ${folder}/${target}.policy.so)
  if(ARG_LINKED)
    set(image ${folder}/${target}.policy.o)
  endif()
  if(NOT ARG_TARGET AND CMAKE_CROSSCOMPILING)
    set(ARG_TARGET ${CMAKE_SYSTEM_PROCESSOR})
  endif()
  set(options "")
  if(ARG_TARGET)
    list(APPEND options --target=${ARG_TARGET})
  endif()
  if(ARG_CPU)
    list(APPEND options --cpu=${ARG_CPU})
  endif()
  if(ARG_SIGN)
    get_filename_component(key ${ARG_SIGN} ABSOLUTE)
    list(APPEND options --sign=${key})
    list(APPEND ARG_DEPENDS ${key})
  endif()

  add_custom_command(
    OUTPUT ${image} ${header}
    COMMAND ${POLICYC_EXECUTABLE} build ${policy} -o ${image} ${options} --depfile=${image}.d
    COMMAND ${POLICYC_EXECUTABLE} build ${policy} --emit=header -o ${header}
    DEPENDS ${policy} ${POLICYC_EXECUTABLE} ${ARG_DEPENDS}
    DEPFILE ${image}.d
    COMMENT "compiling ${policy}"
    VERBATIM)
  add_custom_target(${target}_policy DEPENDS ${image} ${header})
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_policy)
  target_include_directories(${target} INTERFACE ${folder})
  set_target_properties(${target} PROPERTIES POLICYC_IMAGE ${image})
  if(ARG_LINKED)
    target_link_libraries(${target} INTERFACE ${image})
  else()
    string(MAKE_C_IDENTIFIER ${target} name)
    string(TOUPPER ${name} name)
    target_compile_definitions(${target} INTERFACE ${name}_IMAGE="${image}")
  endif()
endfunction()
