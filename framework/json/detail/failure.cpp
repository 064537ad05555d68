// Paths and places of failures. Everything here runs once a refused text.
#include <algorithm>
#include <candela/json/detail/failure.hpp>
#include <utility>

namespace candela::json::detail {
namespace {

/// Walks over text that is known to be well-formed.
class walker {
 public:
  explicit walker(std::string_view text) : text_(text) { skip_space(); }

  [[nodiscard]] std::size_t offset() const { return at_; }

  /// From a container's bracket to its child of that ordinal; in an object to its name.
  void enter(std::size_t ordinal) {
    bracket();
    for (; ordinal != 0; --ordinal) {
      skip_child();
      ++at_;
      skip_space();
    }
  }
  /// From a member's name to its value.
  void skip_name() {
    skip_string();
    skip_space();
    ++at_;
    skip_space();
  }
  [[nodiscard]] bool in_object() const { return text_[at_] == '{'; }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void bracket() {
    ++at_;
    skip_space();
  }
  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  // To the comma or bracket behind the child. Nesting needs counting only, since the text is well-formed.
  void skip_child() {
    for (std::size_t depth = 0;;) {
      const char byte = text_[at_];
      if (byte == '"') {
        skip_string();
        continue;
      }
      if (depth == 0 && (byte == ',' || byte == ']' || byte == '}')) return;
      if (byte == '[' || byte == '{') ++depth;
      if (byte == ']' || byte == '}') --depth;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

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
