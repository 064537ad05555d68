# candela_room(NAME SOURCES ... [LIBRARIES ...]): a room's objects; candela_library.cmake joins them into libcandela.
# LIBRARIES are third-party libraries that the room's own sources use.
function(candela_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(candela_${name} OBJECT ${room_SOURCES})
  target_include_directories(candela_${name} PUBLIC ${CMAKE_BINARY_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(candela_${name} PRIVATE candela_flags ${room_LIBRARIES})
  target_precompile_headers(candela_${name} REUSE_FROM candela_library_headers)
  set_property(GLOBAL APPEND PROPERTY CANDELA_ROOM_TARGETS candela_${name})
  set_property(GLOBAL APPEND PROPERTY CANDELA_ROOM_LIBRARIES ${room_LIBRARIES})
endfunction()

# What tests are compiled with.
add_library(candela_test_flags INTERFACE)
target_link_libraries(candela_test_flags INTERFACE candela_flags)
candela_optimise_little(candela_test_flags)
# A tenth less to compile. What an assertion's expression throws then ends its test case, as failed.
target_compile_definitions(candela_test_flags INTERFACE DOCTEST_CONFIG_SUPER_FAST_ASSERTS)
candela_precompiled(candela_test_headers candela_test_flags)
candela_compile_like_a_program(candela_test_headers)

# candela_test_parts(NAME SOURCES ... [LIBRARIES ...]): objects that several test programs share.
function(candela_test_parts name)
  cmake_parse_arguments(parts "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${name} OBJECT ${parts_SOURCES})
  candela_compile_like_a_program(${name})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/include)
  target_link_libraries(${name} PRIVATE candela_test_flags doctest::doctest ${parts_LIBRARIES})
  target_precompile_headers(${name} REUSE_FROM candela_test_headers)
endfunction()

# Where test programs keep what they log.
set(CANDELA_TEST_LOGS ${CMAKE_BINARY_DIR}/test-logs)

# candela_test(NAME SOURCES ... [LIBRARIES ...] [THREADS] [OPTIMISED]): a doctest program over libcandela, registered with
# ctest under its name. THREADS marks one that runs several workers or threads: those run under the thread sanitizer as
# well. OPTIMISED marks one that replaces the allocator: it is compiled as the library is.
add_custom_target(candela_threaded_tests)
function(candela_test name)
  cmake_parse_arguments(test "THREADS;OPTIMISED" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${test_SOURCES} $<TARGET_OBJECTS:candela_test_main>)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE candela doctest::doctest ${test_LIBRARIES})
  if(test_OPTIMISED)
    target_link_libraries(${name} PRIVATE candela_flags)
  else()
    target_link_libraries(${name} PRIVATE candela_test_flags)
    target_precompile_headers(${name} REUSE_FROM candela_test_headers)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120
    FIXTURES_REQUIRED test_logs ENVIRONMENT "CANDELA_TEST_LOGS=${CANDELA_TEST_LOGS}")
  if(test_THREADS)
    set_tests_properties(${name} PROPERTIES LABELS threads)
    add_dependencies(candela_threaded_tests ${name})
  endif()
endfunction()

# candela_fuzzer(NAME): tests/fuzz/NAME_fuzz.cpp over libcandela, with its seeds in tests/fuzz/seeds/NAME. Only a fuzz build
# has the fuzzing engine; any other one runs the seeds once, as a test.
add_custom_target(candela_fuzzers)
function(candela_fuzzer name)
  add_executable(${name}_fuzz ${name}_fuzz.cpp)
  target_include_directories(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name}_fuzz PRIVATE candela_flags candela)
  if(CANDELA_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    add_dependencies(candela_fuzzers ${name}_fuzz)
  else()
    target_sources(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp)
    add_test(NAME ${name}_fuzz_seeds COMMAND ${name}_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds/${name})
    set_tests_properties(${name}_fuzz_seeds PROPERTIES TIMEOUT 60)
  endif()
endfunction()
