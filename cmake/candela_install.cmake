# cmake --install: libraries, public headers, the command, and what find_package(candela) reads.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/candela)

install(TARGETS candela candela_shared EXPORT candela_targets)
if(TARGET candela_command)
  install(TARGETS candela_command RUNTIME)
endif()
install(DIRECTORY framework/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/candela
  FILES_MATCHING PATTERN *.hpp PATTERN detail EXCLUDE PATTERN command EXCLUDE)
install(DIRECTORY middleware handlers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/candela
  FILES_MATCHING PATTERN *.hpp PATTERN detail EXCLUDE)
install(FILES ${CANDELA_BUILD_STAMP} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/candela/core)

install(EXPORT candela_targets NAMESPACE candela:: DESTINATION ${package_dir} FILE candelaTargets.cmake)
configure_package_config_file(packaging/export/candelaConfig.cmake.in ${CMAKE_BINARY_DIR}/candelaConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/candelaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/candelaConfig.cmake ${CMAKE_BINARY_DIR}/candelaConfigVersion.cmake
  packaging/export/candela_plugin.cmake DESTINATION ${package_dir})

# find_package(candela) also takes a build as it stands: what `./candela new` makes builds on the tree without an
# installation, and so do plugins, which carry the stamp of the headers.
target_include_directories(candela_shared INTERFACE $<BUILD_INTERFACE:${CANDELA_GENERATED_DIR}>)
export(TARGETS candela candela_shared candela_flags NAMESPACE candela:: FILE ${CMAKE_BINARY_DIR}/candelaTargets.cmake)
configure_file(packaging/export/candela_plugin.cmake ${CMAKE_BINARY_DIR}/candela_plugin.cmake COPYONLY)
