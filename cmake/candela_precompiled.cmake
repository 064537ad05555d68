# Precompiled headers: the parts of the standard library that most sources read, parsed once for all of them. Sources still
# include what they use; -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows one that does not.
# <filesystem> is not among them: it brings std::quoted, which a call of one's own quoted(text) would find.
set(CANDELA_PRECOMPILED
  <algorithm> <array> <atomic> <charconv> <chrono> <coroutine> <cstddef> <cstdint> <cstdio> <cstdlib> <cstring> <expected>
  <functional> <memory> <mutex> <optional> <span> <stdexcept> <string> <string_view> <system_error> <thread> <utility>
  <vector>)

# candela_precompiled(NAME FLAGS): precompiled headers for targets that are compiled with FLAGS and nothing else that a
# header could see; more definitions are fine. They take them by target_precompile_headers(TARGET REUSE_FROM NAME).
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/precompiled.cpp CONTENT "")
function(candela_precompiled name flags)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/precompiled.cpp)
  target_link_libraries(${name} PRIVATE ${flags})
  target_precompile_headers(${name} PRIVATE ${CANDELA_PRECOMPILED})
endfunction()

# candela_compile_like_a_program(TARGET): programs are position independent in another way than libraries, and precompiled
# headers fit only one of them. For objects that go into programs alone.
function(candela_compile_like_a_program target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE})
endfunction()

# candela_optimise_little(TARGET): for what takes longer to optimise than it ever runs. Resumed coroutines must not pile up on
# the stack, though. An interface library gives it to those that link it.
function(candela_optimise_little target)
  get_target_property(type ${target} TYPE)
  set(scope PRIVATE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_compile_options(${target} ${scope} "$<$<CONFIG:Release>:-O1;-foptimize-sibling-calls>")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # At that level this compiler suspects std::string and std::optional of the standard library itself.
    target_compile_options(${target} ${scope} -Wno-array-bounds -Wno-maybe-uninitialized)
  endif()
endfunction()

# candela_compile_quickly(SOURCE...): for sources that take far longer to optimise than they ever run.
function(candela_compile_quickly)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_OPTIONS "$<$<CONFIG:Release>:-O1>" SKIP_PRECOMPILE_HEADERS ON)
endfunction()

candela_precompiled(candela_library_headers candela_flags)
