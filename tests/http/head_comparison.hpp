// What a head was read as, as one comparable and printable value.
#pragma once

#include <algorithm>
#include <candela/core/arena.hpp>
#include <candela/http/head_parser.hpp>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace candela::http::testing {

struct parsed_head {
  head_outcome outcome = head_outcome::incomplete;
  std::string summary;  // everything that a head or an error says
  std::string bytes;    // as they are after the parse

  bool operator==(const parsed_head&) const = default;

  /// Reads `text` with a function of `parse_head`'s shape. The bytes stand in a block of exactly their size, so that
  /// the address sanitizer sees a read beyond them.
  template <class Parser>
  static parsed_head by(Parser parser, const std::string& text, const head_limits& limits) {
    return run(text, limits, [&](char* begin, char* end, request_head& head, head_error& error) {
      return parser(begin, end, limits, head, error);
    });
  }

  /// The same with a scanner; what it leaves to others counts as incomplete.
  template <class Scanner>
  static parsed_head by_scanner(Scanner scanner, const std::string& text, const head_limits& limits) {
    return run(text, limits, [&](char* begin, char* end, request_head& head, head_error& error) {
      return scanner(begin, end, limits, head, error, leave);
    });
  }

  /// Everything that `head` says.
  static std::string describe(const request_head& head) {
    std::string text;
    const auto add = [&text](std::string_view value) { text.append(value).push_back('|'); };
    for (const std::string_view value : {head.method_name, head.target, head.path, head.query, head.authority})
      add(value);
    for (const std::uint64_t value :
         {std::uint64_t(head.method), std::uint64_t(head.form), std::uint64_t(head.framing),
          std::uint64_t(head.minor_version), std::uint64_t(head.keep_alive), std::uint64_t(head.expect_continue),
          std::uint64_t(head.upgrade), head.content_length, std::uint64_t(head.has_query),
          std::uint64_t(head.path_escaped), std::uint64_t(head.bytes), head.headers.present()}) {
      add(std::to_string(value));
    }
    for (const header_field& field : head.headers) {
      add(std::to_string(static_cast<unsigned>(field.token)));
      add(field.name);
      add(field.value);
    }
    return text;
  }

 private:
  static head_outcome leave(char*, char*, const head_limits&, request_head&, head_error&) noexcept {
    return head_outcome::incomplete;
  }

  template <class Read>
  static parsed_head run(const std::string& text, const head_limits& limits, Read read) {
    const std::unique_ptr<char[]> block(new char[text.size()]);
    if (!text.empty()) std::memcpy(block.get(), text.data(), text.size());
    arena memory;
    std::vector<header_field> storage(limits.max_headers);
    request_head head;
    head.headers = headers(storage, memory);
    // What an earlier head left behind must not show.
    head.query = head.authority = "left over";
    head.has_query = head.path_escaped = head.upgrade = head.expect_continue = true;
    head.content_length = 77;
    head_error error;
    parsed_head result;
    result.outcome = read(block.get(), block.get() + text.size(), head, error);
    if (result.outcome == head_outcome::complete) result.summary = describe(head);
    if (result.outcome == head_outcome::refused)
      result.summary = std::to_string(error.status) + ' ' + std::string(error.code);
    result.bytes.assign(block.get(), text.size());
    return result;
  }
};

inline std::ostream& operator<<(std::ostream& out, const parsed_head& head) {
  return out << static_cast<int>(head.outcome) << ": " << head.summary;
}

}  // namespace candela::http::testing
