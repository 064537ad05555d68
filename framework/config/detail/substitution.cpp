// Substitution works on parsed scalars, so that no value of a variable can add structure to the document.
#include <candela/config/detail/substitution.hpp>

#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include <candela/config/detail/words.hpp>

namespace candela::config {

namespace {

// A scalar cannot grow beyond this, however many large variables it names.
constexpr std::size_t longest_scalar = std::size_t{1} << 20;

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (text.empty() || !is_letter(text.front())) return false;
  for (const char c : text) {
    if (!is_letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

// What stands between `${` and `}`. An error, or nothing.
std::optional<std::string> append(detail::substituted& result, std::string_view reference,
                                  const environment& variables) {
  const std::size_t colon = reference.find(':');
  const std::string name(reference.substr(0, colon));
  if (!is_name(name)) {
    return fmt::format("{} is not the name of a variable (write $${{ for the text ${{)", detail::in_quotes(name));
  }
  if (const auto value = variables(name)) {
    result.text += *value;
    result.from_environment = true;
  } else if (colon != std::string_view::npos) {
    result.text += reference.substr(colon + 1);
  } else {
    return fmt::format("the environment variable {} is not set and ${{{}}} has no default", name, name);
  }
  if (result.text.size() > longest_scalar) return fmt::format("the value becomes too long with ${{{}}}", name);
  return std::nullopt;
}

}  // namespace

namespace detail {

std::expected<substituted, std::string> substitute(std::string_view scalar, const environment& variables) {
  substituted result;
  while (true) {
    const std::size_t start = scalar.find("${");
    if (start == std::string_view::npos) break;
    if (start > 0 && scalar[start - 1] == '$') {
      result.text += scalar.substr(0, start - 1);
      result.text += "${";
      scalar.remove_prefix(start + 2);
      continue;
    }
    const std::size_t end = scalar.find('}', start);
    if (end == std::string_view::npos) {
      return std::unexpected(std::string("\"${\" has no closing \"}\" (write $${ for the text ${)"));
    }
    result.text += scalar.substr(0, start);
    if (auto mistake = append(result, scalar.substr(start + 2, end - start - 2), variables)) {
      return std::unexpected(*std::move(mistake));
    }
    scalar.remove_prefix(end + 1);
  }
  result.text += scalar;
  return result;
}

}  // namespace detail

environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

}  // namespace candela::config
