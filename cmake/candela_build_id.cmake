# candela::build_id(): a digest over the public headers, renewed whenever one of them changes.
file(GLOB_RECURSE CANDELA_PUBLIC_HEADERS CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/framework/*.hpp ${CMAKE_SOURCE_DIR}/middleware/*.hpp ${CMAKE_SOURCE_DIR}/handlers/*.hpp)
list(FILTER CANDELA_PUBLIC_HEADERS EXCLUDE REGEX "/detail/")

set(CANDELA_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)
set(CANDELA_BUILD_STAMP ${CANDELA_GENERATED_DIR}/candela/core/build_stamp.hpp)
add_custom_command(
  OUTPUT ${CANDELA_BUILD_STAMP}
  COMMAND ${CMAKE_COMMAND} -D SOURCE_DIR=${CMAKE_SOURCE_DIR} -D CANDELA_VERSION=${PROJECT_VERSION}
          -D TEMPLATE=${CMAKE_SOURCE_DIR}/cmake/build_stamp.hpp.in -D OUTPUT=${CANDELA_BUILD_STAMP}
          -P ${CMAKE_SOURCE_DIR}/cmake/candela_write_stamp.cmake
  DEPENDS ${CANDELA_PUBLIC_HEADERS} cmake/build_stamp.hpp.in cmake/candela_write_stamp.cmake
  COMMENT "Stamping the public headers"
  VERBATIM)

add_library(candela_build_id OBJECT framework/core/build_id.cpp ${CANDELA_BUILD_STAMP})
target_include_directories(candela_build_id PRIVATE ${CMAKE_BINARY_DIR}/include ${CANDELA_GENERATED_DIR})
target_link_libraries(candela_build_id PRIVATE candela_flags)
