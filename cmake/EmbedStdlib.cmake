# stdlib-policies/std/*.policy as a C++ file, so that `use std.x` works wherever the program lies.
#
#   include(cmake/EmbedStdlib.cmake)
#   policyc_embed_stdlib(<variable for the generated file>)
#
# The same file is the script that the build runs (cmake -D POLICIES=... -D OUTPUT=... -P EmbedStdlib.cmake).

set(POLICYC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(policyc_embed_stdlib variable)
  set(folder ${PROJECT_SOURCE_DIR}/stdlib-policies/std)
  set(output ${CMAKE_BINARY_DIR}/generated/std_modules.cpp)
  file(GLOB policies CONFIGURE_DEPENDS ${folder}/*.policy)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D POLICIES=${folder} -D OUTPUT=${output} -P ${POLICYC_EMBED_SCRIPT}
    DEPENDS ${policies} ${POLICYC_EMBED_SCRIPT}
    COMMENT "embedding stdlib-policies/std"
    VERBATIM)
  set(${variable} ${output} PARENT_SCOPE)
endfunction()

function(embed_stdlib)
  file(GLOB policies ${POLICIES}/*.policy)
  list(SORT policies)
  set(entries "")
  foreach(policy IN LISTS policies)
    get_filename_component(name ${policy} NAME_WE)
    file(READ ${policy} text)
    string(APPEND entries "    {\"std.${name}\", \"std/${name}.policy\",\n     R\"~policy~(${text})~policy~\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Generated from stdlib-policies/std by cmake/EmbedStdlib.cmake.\n"
    "#include \"compiler/driver/stdlib.h\"\n\nnamespace policyc {\n\n"
    "std::span<const StdModule> std_modules() {\n  static constexpr StdModule kModules[] = {\n"
    "${entries}  };\n  return kModules;\n}\n\n}  // namespace policyc\n")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  embed_stdlib()
endif()
