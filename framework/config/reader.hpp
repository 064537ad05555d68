// Reading the members of a map as typed settings, and refusing those that nobody asked for.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <candela/config/node.hpp>

namespace candela::config {

/// A name that a setting may have, and what it means.
template <class Enum>
struct choice {
  std::string_view name;
  Enum value;
};

/// Reads one section of a configuration:
///
/// ```cpp
/// config::reader settings(node);
/// const auto port = settings.integer<std::uint16_t>("port", 8080);
/// const auto idle = settings.duration("idle_timeout", 60s, {1s, 1h});
/// config::reader tls = settings.section("tls");
/// const auto certificate = tls.path("certificate");
/// settings.finish();
/// ```
///
/// The functions with a default return it when the key is missing or null; those without one then throw. All throw
/// `config::error` for a value of the wrong type or outside its range, as `node` does; an error about a key that is
/// missing begins with the keys that were probably meant for it. So an alternative whose name is like that of a key
/// that must be there is asked for before it. `finish` throws for keys that no call has named. Copies share the record
/// of named keys. For one thread.
class reader {
 public:
  /// A null node is read as an empty map. Throws `config::error` when it is anything else but a map.
  explicit reader(node map);

  /// Whether the key has a value; counts as asking for it.
  [[nodiscard]] bool has(std::string_view key) { return !get(key).is_null(); }
  /// The member, or a null node at the place of this section.
  [[nodiscard]] node get(std::string_view key);
  /// The map itself.
  [[nodiscard]] const node& map() const noexcept;

  [[nodiscard]] bool boolean(std::string_view key);
  [[nodiscard]] bool boolean(std::string_view key, bool otherwise);

  /// An integer that fits `Integer` and the range.
  template <std::integral Integer = std::int64_t>
  [[nodiscard]] Integer integer(std::string_view key, integer_range allowed = {}) {
    return static_cast<Integer>(get(key).as_integer(limited<Integer>(allowed)));
  }
  template <std::integral Integer = std::int64_t>
  [[nodiscard]] Integer integer(std::string_view key, std::type_identity_t<Integer> otherwise,
                                integer_range allowed = {}) {
    const node value = get(key);
    return value.is_null() ? otherwise : static_cast<Integer>(value.as_integer(limited<Integer>(allowed)));
  }

  [[nodiscard]] double number(std::string_view key, number_range allowed = {});
  [[nodiscard]] double number(std::string_view key, double otherwise, number_range allowed = {});

  [[nodiscard]] std::string string(std::string_view key);
  [[nodiscard]] std::string string(std::string_view key, std::string_view otherwise);

  /// A list of strings or one string; empty when missing.
  [[nodiscard]] std::vector<std::string> strings(std::string_view key);
  [[nodiscard]] std::vector<std::string> strings(std::string_view key, std::vector<std::string> otherwise);

  /// Bytes, as `64KiB`.
  [[nodiscard]] std::uint64_t size(std::string_view key, size_range allowed = {});
  [[nodiscard]] std::uint64_t size(std::string_view key, std::uint64_t otherwise, size_range allowed = {});

  /// A duration with its unit, as `250ms`.
  [[nodiscard]] std::chrono::nanoseconds duration(std::string_view key, duration_range allowed = {});
  [[nodiscard]] std::chrono::nanoseconds duration(std::string_view key, std::chrono::nanoseconds otherwise,
                                                  duration_range allowed = {});

  /// A path; a relative one starts at the folder of the file that names it. A default is returned as it is.
  [[nodiscard]] std::filesystem::path path(std::string_view key);
  [[nodiscard]] std::filesystem::path path(std::string_view key, const std::filesystem::path& otherwise);

  /// One of the names: `settings.choose<level>("level", {{"debug", level::debug}, {"info", level::info}},
  /// level::info)`.
  template <class Enum>
  [[nodiscard]] Enum choose(std::string_view key, std::initializer_list<choice<Enum>> choices) {
    return chosen(get(key), choices);
  }
  template <class Enum>
  [[nodiscard]] Enum choose(std::string_view key, std::initializer_list<choice<Enum>> choices,
                            std::type_identity_t<Enum> otherwise) {
    const node value = get(key);
    return value.is_null() ? otherwise : chosen(value, choices);
  }

  /// A nested section; an empty one when it is missing. This reader's `finish` covers it.
  [[nodiscard]] reader section(std::string_view key);
  /// The items of a list; none when it is missing. Each may be read as a value, with `reader`, or with `as_named`.
  [[nodiscard]] std::vector<node> list(std::string_view key) { return get(key).items(); }
  /// The members of a map whose keys are free; none when it is missing.
  [[nodiscard]] std::vector<node::member> members(std::string_view key) { return get(key).members(); }

  /// Throws one `config::error` that lists every key, here and in the sections read from here, that nothing asked for,
  /// each with the known key that is most like it, or with all known keys.
  void finish() const;

 private:
  struct record;

  template <class Integer>
  static constexpr integer_range limited(integer_range allowed) {
    using limits = std::numeric_limits<Integer>;
    if (std::cmp_less(allowed.low, limits::min())) allowed.low = static_cast<std::int64_t>(limits::min());
    if (std::cmp_greater(allowed.high, limits::max())) allowed.high = static_cast<std::int64_t>(limits::max());
    return allowed;
  }

  template <class Enum>
  static Enum chosen(const node& value, std::initializer_list<choice<Enum>> choices) {
    std::vector<std::string_view> names;
    for (const choice<Enum>& each : choices) names.push_back(each.name);
    return choices.begin()[value.as_choice(names)].value;
  }

  std::shared_ptr<record> record_;
};

}  // namespace candela::config
