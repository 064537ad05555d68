// How a stage or a handler gets its name in service.yml: the same line in the tree and in a plugin.
//
//     CANDELA_STAGE("rate_limit", rate_limit);     behind the class, in its .cpp and its namespace
//     CANDELA_HANDLER("health", health);
//
// In the tree the line defines a constant (`rate_limit_stage`, `health_handler`) that builtin.cpp lists. In a plugin
// (compiled with CANDELA_PLUGIN=1, as `candela_plugin` of CMake does) it adds an entry to the one descriptor that the
// shared object exports.
#pragma once

#include <candela/server/handler.hpp>
#include <candela/server/stage.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

namespace candela {

/// How a handler is made from its options: once per worker.
struct handler_factory {
  std::string_view name;
  handler (*make)(stage_setup& setup) = nullptr;
  bool needs_rest = false;  ///< its routes must end in `{name...}`
};

/// A handler class says so with `static constexpr bool needs_rest = true;`.
template <class Handler>
concept handler_of_rest = requires { requires Handler::needs_rest; };

/// The factory of a handler class: constructed from a `stage_setup&`, called with an `exchange&`, returning void or
/// `task<void>`. The object never moves.
template <class Handler>
constexpr handler_factory make_handler_factory(std::string_view name) noexcept {
  return {name,
          [](stage_setup& setup) {
            return handler([made = std::make_shared<Handler>(setup)](exchange& x) { return (*made)(x); });
          },
          handler_of_rest<Handler>};
}

/// One stage or handler of a plugin; exactly one of both is set.
struct extension {
  const stage_factory* stage = nullptr;
  const handler_factory* handler = nullptr;
};

/// What a plugin exports under the name `candela_plugin`. Data only: the loader reads it, and refuses the plugin when
/// `build_id` is not its own, before any factory runs. Every member up to `build_id` keeps its place for ever.
struct plugin_descriptor {
  static constexpr std::uint64_t expected_magic = 0x31'6e'69'67'75'6c'70'63;  // "cplugin1"

  std::uint64_t magic = 0;
  const char* build_id = nullptr;  ///< of the candela that it was compiled with: version, headers, compiler, library
  const extension* const* first = nullptr;
  const extension* const* last = nullptr;  ///< one behind the last
};

}  // namespace candela

#if defined(CANDELA_PLUGIN)
#include <candela/core/build_stamp.hpp>

// The linker gathers the entries of all of a plugin's sources in one section and names its two ends.
extern "C" {
[[gnu::visibility("hidden")]] extern const candela::extension* const __start_candela_extensions[];
[[gnu::visibility("hidden")]] extern const candela::extension* const __stop_candela_extensions[];
[[gnu::weak, gnu::visibility("default")]] extern const candela::plugin_descriptor candela_plugin;
const candela::plugin_descriptor candela_plugin = {candela::plugin_descriptor::expected_magic, CANDELA_BUILD_ID,
                                                   __start_candela_extensions, __stop_candela_extensions};
}

#define CANDELA_EXTENSION(VARIABLE, ...)                                                                         \
  static constexpr ::candela::extension VARIABLE##_entry = __VA_ARGS__;                                          \
  [[gnu::section("candela_extensions"), gnu::used]] static const ::candela::extension* const VARIABLE##_listed = \
      &VARIABLE##_entry

#define CANDELA_STAGE(NAME, TYPE)                                                                     \
  static constexpr ::candela::stage_factory TYPE##_stage = ::candela::make_stage_factory<TYPE>(NAME); \
  CANDELA_EXTENSION(TYPE##_stage, {&TYPE##_stage, nullptr})

#define CANDELA_HANDLER(NAME, TYPE)                                                                         \
  static constexpr ::candela::handler_factory TYPE##_handler = ::candela::make_handler_factory<TYPE>(NAME); \
  CANDELA_EXTENSION(TYPE##_handler, {nullptr, &TYPE##_handler})

#else

/// Behind a stage class, in its namespace: makes it known as NAME (a string). TYPE is the class's plain name.
#define CANDELA_STAGE(NAME, TYPE)                     \
  extern const ::candela::stage_factory TYPE##_stage; \
  constexpr ::candela::stage_factory TYPE##_stage = ::candela::make_stage_factory<TYPE>(NAME)

/// Behind a handler class, in its namespace: makes it known as NAME (a string). TYPE is the class's plain name.
#define CANDELA_HANDLER(NAME, TYPE)                       \
  extern const ::candela::handler_factory TYPE##_handler; \
  constexpr ::candela::handler_factory TYPE##_handler = ::candela::make_handler_factory<TYPE>(NAME)

#endif
