// Private: a document's text before the YAML library sees it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <candela/config/position.hpp>

namespace candela::config::detail {

/// Text that is safe to hand to the YAML library: bounded, UTF-8, without control characters, not nested without end.
class document_text {
 public:
  /// A byte order mark is skipped. Throws `config::error`. `text` must outlive this.
  document_text(std::string_view text, const std::string& file_name);

  /// What the YAML library is given. It takes a quote for closed that is open at the end of the file, if white space
  /// stands last; a comment behind that makes it notice.
  [[nodiscard]] std::string content() const;

  /// A line without its end, counted from 0; empty behind the last one.
  [[nodiscard]] std::string_view line(std::size_t number) const;

  /// The place of a byte in a line, both counted from 0 as the YAML library does.
  [[nodiscard]] position at(std::size_t line, std::size_t byte) const;

 private:
  void check_bytes() const;
  void check_nesting() const;
  [[noreturn]] void refuse(std::size_t offset, std::string_view message) const;

  std::string_view text_;
  const std::string& file_name_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace candela::config::detail
