# ccache is used where it is installed, and keeps objects that were made with precompiled headers as well.
find_program(CANDELA_CCACHE ccache)
if(CANDELA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CANDELA_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CANDELA_CCACHE})
endif()

if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros)
  # What ccache asks of the compilers for that: https://ccache.dev/manual/4.7.5.html#_precompiled_headers
  add_compile_options(
    "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>"
    "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
