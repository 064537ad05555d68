// Private to the room: takes the answer to one request apart (RFC 9112), as its bytes arrive.
#pragma once

#include <candela/core/error.hpp>
#include <candela/http/chunked_decoder.hpp>
#include <candela/keys/fetcher.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace candela::keys::detail {

/// Strict: what could be understood in two ways is refused. Keeps no more than its bounds.
class answer_reader {
 public:
  explicit answer_reader(std::size_t max_bytes) noexcept : max_bytes_(max_bytes) {}

  /// Takes the next bytes; true when the answer is complete. `refused` for another status than 200.
  [[nodiscard]] std::expected<bool, error> take(std::string_view bytes);
  /// The connection has ended. `closed` when that was too early.
  [[nodiscard]] std::expected<void, error> end() const;
  /// Once it is complete.
  [[nodiscard]] fetched result() && { return {std::move(body_), max_age_}; }
  /// Once it is complete: whether the next answer on the same connection would be one to the next request. Not when the
  /// other end is about to close it, nor when something came that nobody has asked for.
  [[nodiscard]] bool may_be_followed() const noexcept {
    return persists_ && !has_surplus_ && framing_ != framing::until_end;
  }

 private:
  enum class framing : std::uint8_t { until_end, length, chunks };

  [[nodiscard]] std::expected<void, error> read_head(std::string_view head);
  [[nodiscard]] std::expected<void, error> read_field(std::string_view line);
  [[nodiscard]] std::expected<bool, error> take_body(std::string_view bytes);
  [[nodiscard]] std::expected<bool, error> take_chunks(std::string_view bytes);

  std::size_t max_bytes_;
  bool head_read_ = false;
  bool persists_ = false;     // the other end leaves the connection open
  bool has_surplus_ = false;  // bytes came behind the answer
  framing framing_ = framing::until_end;
  std::optional<std::uint64_t> length_;
  std::string held_;  // a head or a chunk that is not complete
  http::chunked_decoder chunks_;
  std::string body_;
  std::optional<std::chrono::seconds> max_age_;
};

}  // namespace candela::keys::detail
