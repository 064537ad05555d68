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
    # Every "text" + std::string draws a false warning from this compiler's own headers (GCC bug 105651), and from
    # precompiled ones two more.
    target_compile_options(candela_flags INTERFACE
      "$<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread>")
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
set(include_dir ${CMAKE_BINARY_DIR}/include/candela)
file(REMOVE_RECURSE ${include_dir})
file(MAKE_DIRECTORY ${include_dir})
file(GLOB rooms ${CMAKE_SOURCE_DIR}/framework/*)
foreach(room IN LISTS rooms ITEMS ${CMAKE_SOURCE_DIR}/middleware ${CMAKE_SOURCE_DIR}/handlers)
  get_filename_component(name ${room} NAME)
  file(CREATE_LINK ${room} ${include_dir}/${name} SYMBOLIC)
endforeach()
