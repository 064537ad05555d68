// What is thrown when a configuration is wrong.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <candela/config/position.hpp>

namespace candela::config {

/// A mistake in a configuration. `what()` is ready for the person who wrote the file:
/// `service.yml:12:7: chains.default[2].limit: expected an integer from 1 to 1000000, found "many"`.
/// It never holds a value that came from the environment or stands under a key that names a secret.
class error : public std::runtime_error {
 public:
  /// `path` leads from the document's root to the value; empty for the root and for what has none.
  error(position where, std::string_view path, std::string_view message);

  /// Several mistakes as one: `what()` has a line for each, `where()` is the first one's. `errors` must not be empty.
  [[nodiscard]] static error join(std::span<const error> errors);

  [[nodiscard]] const position& where() const noexcept { return where_; }

 private:
  error(position where, const std::string& text);

  position where_;
};

}  // namespace candela::config
