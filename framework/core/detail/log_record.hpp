// A log record as bytes, for its way through the ring.
#pragma once

#include <candela/core/log_channel.hpp>
#include <candela/core/log_field.hpp>
#include <candela/core/log_level.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace candela::log::detail {

/// Longer texts, and names of fields, are cut.
inline constexpr std::size_t max_text_bytes = 4096;
/// Further fields are left out.
inline constexpr std::size_t max_fields = 64;

/// The fixed part of a record; the text and the fields follow it.
struct record_head {
  std::int64_t time_ns;  // since the epoch, by the wall clock
  channel_state* channel;
  std::uint32_t text_bytes;
  std::uint16_t fields;
  level severity;
};

/// How many bytes `encode_record` writes.
[[nodiscard]] std::size_t encoded_bytes(std::string_view text, std::span<const field> fields) noexcept;

/// Writes a record to `out`; texts are cut and fields left out as in `encoded_bytes`.
void encode_record(char* out, record_head head, std::string_view text, std::span<const field> fields) noexcept;

/// Reads a record that `encode_record` wrote, in place.
class record_reader {
 public:
  explicit record_reader(std::span<const char> record) noexcept;

  [[nodiscard]] const record_head& head() const noexcept { return head_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  /// The next field; to be called `head().fields` times.
  [[nodiscard]] field next_field() noexcept;

 private:
  template <class Value>
  Value take() noexcept;
  std::string_view take_text() noexcept;

  const char* at_;
  record_head head_;
  std::string_view text_;
};

}  // namespace candela::log::detail
