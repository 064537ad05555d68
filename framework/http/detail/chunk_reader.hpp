// Our own strict reader of chunked bodies, byte by byte but for the data itself (RFC 9112, section 7.1). Private.
#pragma once

#include <candela/http/chunked_decoder.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candela::http::detail {

class chunk_reader {
 public:
  explicit chunk_reader(const chunk_limits& limits) noexcept : limits_(limits) {}

  /// As `chunked_decoder::next`; when it says `refused`, `input` begins with the byte that broke a rule.
  [[nodiscard]] chunk_outcome next(std::string_view& input, std::string_view& piece) noexcept;

  /// The bytes of extensions among those that the last `next` took: one stretch at most, for a call takes no more than
  /// one line of a chunk's size.
  [[nodiscard]] std::string_view extension() const noexcept { return extension_; }

  /// Why it was refused.
  [[nodiscard]] const head_error& error() const noexcept { return *error_; }

 private:
  enum class place : std::uint8_t {
    size_start,
    size,
    extension_start,
    extension_name,
    extension_value,
    extension_token,
    extension_quoted,
    extension_escaped,
    extension_end,
    size_line_end,
    data,
    data_end,
    data_line_end,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_line_end,
    last_line_end,
    complete,
    refused
  };

  chunk_outcome take_data(std::string_view& input, std::string_view& piece) noexcept;
  [[nodiscard]] bool in_extension() const noexcept {
    return place_ >= place::extension_start && place_ <= place::extension_end;
  }
  void step(char c) noexcept;
  void step_size(char c) noexcept;
  void step_size_end(char c) noexcept;
  void step_extension(char c) noexcept;
  [[nodiscard]] place after_extension(char c) const noexcept;
  void step_trailer(char c) noexcept;
  void begin_trailer(char c) noexcept;
  void step_trailer_name(char c) noexcept;
  void step_trailer_value(char c) noexcept;
  void expect(char c, char expected, place following, const head_error& error) noexcept;
  void end_size_line() noexcept;
  void refuse(const head_error& error) noexcept;
  [[nodiscard]] bool forbidden_trailer() const noexcept;

  // Long enough for every name that a trailer must not have; a longer one is none of them.
  static constexpr std::size_t name_bytes = 33;

  chunk_limits limits_;
  const head_error* error_ = nullptr;
  std::string_view extension_;
  std::uint64_t remaining_ = 0;  // bytes of the chunk's data still to come
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::size_t trailers_ = 0;
  place place_ = place::size_start;
  std::uint8_t digits_ = 0;
  std::uint8_t name_size_ = 0;  // stays at `name_bytes` once a name is longer
  char name_[name_bytes] = {};
};

}  // namespace candela::http::detail
