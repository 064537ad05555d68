// Paths and places of failures. Everything here runs once a refused text.
#include <candela/json/detail/failure.hpp>
#include <candela/json/detail/walker.hpp>
#include <utility>

namespace candela::json::detail {

void prepend_token(std::string& path, std::string_view name) {
  std::string token = "/";
  for (const char byte : name) {
    if (byte == '~') {
      token += "~0";
    } else if (byte == '/') {
      token += "~1";
    } else {
      token += byte;
    }
  }
  path.insert(0, token);
}

bool failure::report(std::string expected, std::string found) {
  error_.expected = std::move(expected);
  error_.found = std::move(found);
  return false;
}

bool failure::report_name(std::string_view name, std::size_t ordinal, std::string expected, std::string found) {
  at_name_ = true;
  report(std::move(expected), std::move(found));
  return within(name, ordinal);
}

bool failure::report_missing(std::string_view name, std::string expected) {
  prepend_token(error_.path, name);
  return report(std::move(expected) + ", which is required", "nothing");
}

bool failure::within(std::string_view name, std::size_t ordinal) {
  prepend_token(error_.path, name);
  trail_.push_back(ordinal);
  return false;
}

bool failure::within(std::size_t ordinal) { return within(std::to_string(ordinal), ordinal); }

error failure::locate(std::string_view text) && {
  walker walk(text);
  for (std::size_t left = trail_.size(); left != 0; --left) {
    const bool named = walk.in_object();
    walk.enter(trail_[left - 1]);
    if (named && !(at_name_ && left == 1)) walk.skip_name();
  }
  error_.offset = walk.offset();
  return std::move(error_);
}

}  // namespace candela::json::detail
