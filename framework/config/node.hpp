// One value of a configuration: nothing, a scalar, a list or a map, with the place where it was written.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <candela/config/position.hpp>

namespace candela::config {

namespace detail {
struct node_value;
}

/// What a node is. `null` is a value that was left out, or written as `~` or `null`.
enum class node_kind : std::uint8_t { null, scalar, list, map };

/// The integers that a setting accepts, both ends included.
struct integer_range {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

/// The numbers that a setting accepts, both ends included.
struct number_range {
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();
};

/// The sizes in bytes that a setting accepts, both ends included.
struct size_range {
  std::uint64_t low = 0;
  std::uint64_t high = std::numeric_limits<std::uint64_t>::max();
};

/// The durations that a setting accepts, both ends included.
struct duration_range {
  std::chrono::nanoseconds low = std::chrono::nanoseconds::zero();
  std::chrono::nanoseconds high = std::chrono::nanoseconds::max();
};

/// An immutable value and the path that led to it. Copies are cheap (they share the tree) and may be used on any
/// thread.
///
/// The `as_...` functions read it as a type; they throw `config::error` with file, line, column, path, what was
/// expected and what was found. A value that came from the environment, or whose path has a key that names a secret (a
/// word of it is password, secret, token, key and the like), is never shown.
class node {
 public:
  struct member;
  struct named;

  /// Nothing.
  node();

  /// Scalars made by code.
  node(std::string_view text);
  node(const std::string& text) : node(std::string_view(text)) {}
  node(const char* text) : node(std::string_view(text)) {}
  node(double value);
  template <std::same_as<bool> Boolean>
  node(Boolean value) : node(value ? "true" : "false", plain{}) {}
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  node(Integer value) : node(std::to_string(value), plain{}) {}

  /// A list made by code.
  [[nodiscard]] static node list(std::vector<node> items);
  /// A map made by code; throws when two members have the same key.
  [[nodiscard]] static node map(std::vector<std::pair<std::string, node>> members);

  [[nodiscard]] node_kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == node_kind::null; }
  /// Where the value was written; for a missing member, where the map is. Valid as long as a copy of the node lives.
  [[nodiscard]] const position& where() const noexcept;
  /// From the root to here, as `chains.default[2].limit`; empty for the root.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Whether any part of a scalar came from the environment.
  [[nodiscard]] bool from_environment() const noexcept;
  /// Whether a log or an error may not show the value.
  [[nodiscard]] bool hidden() const noexcept { return secret_ || from_environment(); }

  /// The member of that key; a null node, placed where this map is, when it has none. Throws unless this is a map or
  /// null.
  [[nodiscard]] node get(std::string_view key) const;
  /// The members in the order of the file; none when null. Throws unless this is a map or null.
  [[nodiscard]] std::vector<member> members() const;
  /// The items; none when null. Throws unless this is a list or null.
  [[nodiscard]] std::vector<node> items() const;

  /// `true` or `false`, unquoted.
  [[nodiscard]] bool as_boolean() const;
  /// A decimal integer, unquoted.
  [[nodiscard]] std::int64_t as_integer(integer_range allowed = {}) const;
  /// A finite decimal number, unquoted.
  [[nodiscard]] double as_number(number_range allowed = {}) const;
  /// A scalar's text. An unquoted scalar is taken as it is written: `1.10` is the text 1.10.
  [[nodiscard]] std::string as_string() const;
  /// A list of scalars; one scalar alone is a list of one, null an empty list.
  [[nodiscard]] std::vector<std::string> as_strings() const;
  /// Bytes: `4096`, `512B`, `64KiB`, `10MB`, `1GiB` (KB, MB, GB and TB are powers of 1000, KiB and so on of 1024).
  [[nodiscard]] std::uint64_t as_size(size_range allowed = {}) const;
  /// A duration with its unit: `10us`, `250ms`, `30s`, `5m`, `1h`, `2d` (`ns` too). A number alone is refused.
  [[nodiscard]] std::chrono::nanoseconds as_duration(duration_range allowed = {}) const;
  /// A path; a relative one starts at the folder of the file that it was written in.
  [[nodiscard]] std::filesystem::path as_path() const;
  /// The index of the scalar's text in `names`.
  [[nodiscard]] std::size_t as_choice(std::span<const std::string_view> names) const;
  /// Something with a name and perhaps options: `cors`, or a map with one key as `rate_limit: {limit: 10}`.
  [[nodiscard]] named as_named() const;

  /// Throws `config::error` for this value: `service.yml:3:5: server.port: MESSAGE`. For rules of one's own. Where a
  /// `reader` found nothing under this key, and a key that nobody asked for is like it, that is told first.
  [[noreturn]] void fail(std::string_view message) const;
  /// Throws `config::error`: `expected WANTED, found ...`, and `hint` in parentheses unless it is empty.
  [[noreturn]] void unexpected(std::string_view wanted, std::string_view hint = {}) const;

 private:
  friend struct detail::node_value;
  struct plain {};
  using value_pointer = std::shared_ptr<const detail::node_value>;

  node(std::string text, plain);
  node(value_pointer value, std::string path, bool secret);

  [[nodiscard]] node child(std::string_view key, value_pointer value) const;
  [[nodiscard]] const std::string& text_or_fail(std::string_view wanted) const;
  [[nodiscard]] const std::string& plain_text_or_fail(std::string_view wanted) const;
  [[nodiscard]] std::string found() const;

  value_pointer value_;
  std::string path_;
  bool secret_ = false;
};

/// A member of a map.
struct node::member {
  std::string key;
  /// Where the key was written.
  position where;
  node value;
};

/// What `as_named` returns; `options` is null where none were written.
struct node::named {
  std::string name;
  node options;
};

}  // namespace candela::config
