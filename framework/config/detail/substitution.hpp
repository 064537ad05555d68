// Private: `${NAME}` and `${NAME:default}` inside one scalar.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <candela/config/environment.hpp>

namespace candela::config::detail {

struct substituted {
  std::string text;
  /// Whether a variable's value is part of the text (a default that was taken is not).
  bool from_environment = false;
};

/// The scalar with every `${NAME}` replaced by the variable's value, `${NAME:default}` by it or by the default (the
/// text up to the next `}`; it is not substituted again). `$${` stands for the text `${`. What is inserted is never
/// looked at again. Fails with a message that names the variable when it is not set and has no default, when a name is
/// not made of letters, digits and underscores, and when the `}` is missing.
[[nodiscard]] std::expected<substituted, std::string> substitute(std::string_view scalar, const environment& variables);

}  // namespace candela::config::detail
