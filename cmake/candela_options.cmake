# Language, warnings, sanitizers: what every target of the tree is compiled with.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

option(CANDELA_FUZZ "Build the fuzzers (clang only)" OFF)
option(CANDELA_WERROR "Treat warnings as errors" OFF)
set(CANDELA_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

add_library(candela_flags INTERFACE)
target_compile_options(candela_flags INTERFACE -Wall -Wextra -Wpedantic $<$<BOOL:${CANDELA_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(candela_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fcoroutines>)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Every "text" + std::string draws a false warning from this compiler's own headers (GCC bug 105651).
    target_compile_options(candela_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
endif()
target_compile_options(candela_flags INTERFACE -fno-semantic-interposition -fvisibility-inlines-hidden)
if(CANDELA_SANITIZE)
  target_compile_options(candela_flags INTERFACE -fsanitize=${CANDELA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(candela_flags INTERFACE -fsanitize=${CANDELA_SANITIZE})
endif()
# Debug and sanitizer builds fill memory that a view must no longer reach.
if(CANDELA_SANITIZE)
  target_compile_definitions(candela_flags INTERFACE CANDELA_POISON=1)
else()
  target_compile_definitions(candela_flags INTERFACE $<$<CONFIG:Debug>:CANDELA_POISON=1>)
endif()

# Public headers are <candela/ROOM/FILE.hpp> in the tree as after installation.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/framework ${CMAKE_BINARY_DIR}/include/candela SYMBOLIC)

find_program(CANDELA_CCACHE ccache)
if(CANDELA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CANDELA_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CANDELA_CCACHE})
endif()
