// Finds its way through the bytes of a text that was parsed already. Private.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace candela::json::detail {

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

  /// The value that begins here, without the white space behind it.
  [[nodiscard]] std::string_view value() const {
    walker end = *this;
    end.skip_child();
    const std::string_view found = text_.substr(at_, end.at_ - at_);
    return found.substr(0, found.find_last_not_of(" \t\r\n") + 1);
  }

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
  // To the comma or bracket behind the child, or the text's end. Nesting needs counting only, since the text is
  // well-formed.
  void skip_child() {
    for (std::size_t depth = 0; at_ != text_.size();) {
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

}  // namespace candela::json::detail
