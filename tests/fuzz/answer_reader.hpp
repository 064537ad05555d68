// Reads responses as a client does that forgives nothing.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace candela::fuzz {

/// Ends the process, and with it the run of the fuzzer, unless `condition` holds.
inline void require(bool condition) {
  if (!condition) std::abort();
}

/// One response.
struct answer {
  unsigned status = 0;
  bool closes = false;                ///< it says that its connection ends behind it
  bool ends_with_connection = false;  ///< nothing else tells where its body ends
  std::string body;
};

/// Takes responses from the front of a text, and ends the process where one breaks the rules of its framing.
class answer_reader {
 public:
  explicit answer_reader(std::string_view text) : left_(text) {}

  [[nodiscard]] std::string_view left() const { return left_; }

  /// The next response, interim ones included; nothing when the text ends within it.
  [[nodiscard]] std::optional<answer> next(bool to_head_request) {
    const std::size_t end = left_.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view head = left_.substr(0, end + 2);
    answer result;
    framing found;
    read_status(take_line(head), result);
    while (!head.empty()) read_field(take_line(head), found);
    result.closes = found.closes;
    std::string_view rest = left_.substr(end + 4);
    if (!read_body(rest, found, to_head_request, result)) return std::nullopt;
    left_ = rest;
    return result;
  }

 private:
  struct framing {
    std::optional<std::uint64_t> length;
    bool chunked = false;
    bool closes = false;
    int dates = 0;
    int servers = 0;
  };

  static std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find("\r\n");
    require(end != std::string_view::npos);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
  }

  static bool printable(char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7F'; }

  static std::uint64_t number(std::string_view digits, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    require(error == std::errc() && end == digits.data() + digits.size());
    return value;
  }

  static void read_status(std::string_view line, answer& result) {
    require(line.size() > 13 && line.starts_with("HTTP/1.1 ") && line[12] == ' ');
    require(std::ranges::all_of(line, printable));
    result.status = static_cast<unsigned>(number(line.substr(9, 3), 10));
    require(result.status == 100 || (result.status >= 200 && result.status <= 599));
  }

  static void read_field(std::string_view line, framing& found) {
    const std::size_t colon = line.find(": ");
    require(colon != std::string_view::npos && colon != 0 && std::ranges::all_of(line, printable));
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 2);
    require(name.find_first_of(" \t\"(),/:;<=>?@[\\]{}") == std::string_view::npos);
    if (name == "Content-Length") {
      require(!found.length);
      found.length = number(value, 10);
    } else if (name == "Transfer-Encoding") {
      require(!found.chunked && value == "chunked");
      found.chunked = true;
    } else if (name == "Connection") {
      require(value == "close" || value == "keep-alive");
      found.closes = value == "close";
    }
    found.dates += name == "Date";
    found.servers += name == "Server";
  }

  static bool read_body(std::string_view& rest, const framing& found, bool to_head_request, answer& result) {
    if (result.status == 100) {
      require(!found.length && !found.chunked && found.dates == 0);
      return true;
    }
    require(found.dates == 1 && found.servers == 1 && !(found.length && found.chunked));
    if (result.status == 204 || result.status == 304) {
      require(!found.chunked && !(result.status == 204 && found.length));
      return true;
    }
    if (to_head_request) return true;
    if (found.chunked) return read_chunks(rest, result.body);
    if (!found.length) {
      require(found.closes);
      result.ends_with_connection = true;
      result.body = rest;
      rest = {};
      return true;
    }
    if (rest.size() < *found.length) return false;
    result.body = rest.substr(0, *found.length);
    rest.remove_prefix(*found.length);
    return true;
  }

  static bool read_chunks(std::string_view& rest, std::string& body) {
    for (;;) {
      if (rest.find("\r\n") == std::string_view::npos) return false;
      const std::uint64_t size = number(take_line(rest), 16);
      if (rest.size() < 2 || rest.size() - 2 < size) return false;
      body += rest.substr(0, size);
      require(rest.substr(size, 2) == "\r\n");
      rest.remove_prefix(size + 2);
      if (size == 0) return true;
    }
  }

  std::string_view left_;
};

}  // namespace candela::fuzz
