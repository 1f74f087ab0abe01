# CPack runs this between installing and packing: Debian's zsh looks for what packages bring in vendor-completions, and
# for site-functions only below /usr/local.
file(GLOB folders ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/zsh)
foreach(folder IN LISTS folders)
  if(CPACK_GENERATOR STREQUAL "DEB" AND EXISTS ${folder}/site-functions)
    file(RENAME ${folder}/site-functions ${folder}/vendor-completions)
  endif()
endforeach()
