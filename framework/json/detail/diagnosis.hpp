// Why a text is no JSON. The parser says only that it isn't; this second look says where and why. Private.
#pragma once

#include <candela/json/error.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace candela::json::detail {

/// Reads a text by the grammar of RFC 8259 up to the first thing that the reader refuses, whatever its types.
class diagnosis {
 public:
  diagnosis(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  /// The first error. A text without any gets "well-formed JSON" expected.
  [[nodiscard]] error run() &&;

 private:
  bool document();
  bool value(std::size_t depth);
  bool object(std::size_t depth);
  bool member(std::size_t depth);
  bool array(std::size_t depth);
  bool literal(std::string_view word);
  bool string(std::string& content);
  bool escape(std::string& content);
  bool unicode_escape(std::string& content);
  bool hex_unit(unsigned& unit);
  bool sequence(std::string& content);
  bool number();
  bool digits();
  bool in_range(std::size_t begin, bool whole);

  bool expect(char byte, const char* expected);
  bool fail(std::string expected);
  bool fail(std::string expected, std::string found, std::size_t offset);
  void skip_space();
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char byte);
  [[nodiscard]] std::string here() const;

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  error error_;
};

/// What is expected where arrays and objects are nested more than `max_depth` deep.
[[nodiscard]] std::string depth_expectation(std::size_t max_depth);

}  // namespace candela::json::detail
