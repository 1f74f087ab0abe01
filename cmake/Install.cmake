# What `cmake --install` puts where, and the packages that CPack makes of it.
#
#   libpolicy1      libpolicy.so.1: what a host with images needs at run time
#   libpolicy-dev   headers, static library, CMake package, pkg-config
#   policyc         the tool, libpolicy_jit, manual page, completions, policies to start from
#
# A component each. `cmake --install build --prefix /usr` installs all; `cpack -G DEB` in the build folder packs them.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/policyc)

# --- libraries and headers

install(TARGETS policy EXPORT policycTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
install(TARGETS policy_jit EXPORT policycTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT tools NAMELINK_COMPONENT development)
install(TARGETS policy_layout EXPORT policycTargets)
install(TARGETS policy_runtime EXPORT policycStaticTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY runtime/include/policy DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

# --- find_package(policyc)

foreach(targets policycTargets policycStaticTargets)
  install(EXPORT ${targets} NAMESPACE policyc:: DESTINATION ${package_folder} COMPONENT development)
endforeach()
configure_package_config_file(cmake/policycConfig.cmake.in ${PROJECT_BINARY_DIR}/policycConfig.cmake
                              INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_FULL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/policycConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/policycConfig.cmake ${PROJECT_BINARY_DIR}/policycConfigVersion.cmake
              cmake/PolicycAddPolicy.cmake
        DESTINATION ${package_folder} COMPONENT development)

# --- pkg-config

# From where the file lies, so that an installation can be moved.
file(RELATIVE_PATH prefix_from_pkgconfig /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
foreach(name policyc policyc-jit)
  configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()

# --- the tool, and what the tool says of itself

install(TARGETS policyc RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
install(DIRECTORY stdlib-policies DESTINATION ${CMAKE_INSTALL_DATADIR}/policyc COMPONENT tools)

set(texts ${PROJECT_BINARY_DIR}/texts)
# policyc_text(file words...): what `policyc words...` prints, as a file.
function(policyc_text file)
  add_custom_command(OUTPUT ${texts}/${file} COMMAND policyc ${ARGN} > ${texts}/${file} DEPENDS policyc VERBATIM)
endfunction()
file(MAKE_DIRECTORY ${texts})
policyc_text(policyc.1 man)
policyc_text(policyc completions bash)
policyc_text(_policyc completions zsh)
policyc_text(policyc.fish completions fish)
add_custom_target(policyc_texts ALL DEPENDS ${texts}/policyc.1 ${texts}/policyc ${texts}/_policyc ${texts}/policyc.fish)

install(FILES ${texts}/policyc.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
install(FILES ${texts}/policyc DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT tools)
# Where zsh looks: what an administrator installs, and what a package does (cmake/PackageZsh.cmake).
install(FILES ${texts}/_policyc DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT tools)
install(FILES ${texts}/policyc.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT tools)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tools FILES_MATCHING PATTERN "*.md")

# --- packages

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME policyc)
set(CPACK_PACKAGE_CONTACT "the policyc maintainers <maintainers@policyc.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/PackageZsh.cmake)
set(CPACK_COMPONENTS_ALL runtime development tools)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The packages' own libraries are looked for in each other.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/runtime)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libpolicy1)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpolicy-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libpolicy1 (= ${PROJECT_VERSION}), policyc (= ${PROJECT_VERSION}), libfmt-dev, libssl-dev")
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME policyc)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "libpolicy1 (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Compiled access policies for host programs: the library that loads them")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Compiled access policies for host programs: headers, CMake and pkg-config")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "Policies in text, access checks in machine code: the compiler and its library")
include(CPack)
