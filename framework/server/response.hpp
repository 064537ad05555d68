// The response that stages and handlers fill.
#pragma once

#include <array>
#include <candela/http/response_head.hpp>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace candela {

/// Status, fields and body. Server, Date, Connection, Content-Length and Transfer-Encoding are the codec's: setting
/// them here throws. One thread.
class response {
 public:
  explicit response(arena& memory) noexcept : headers_(storage_, memory) {}
  response(const response&) = delete;
  response& operator=(const response&) = delete;

  [[nodiscard]] std::uint16_t status() const noexcept { return status_; }
  /// 200 to 599.
  response& status(std::uint16_t code) noexcept {
    status_ = code;
    return *this;
  }

  [[nodiscard]] const http::headers& headers() const noexcept { return headers_; }
  /// The tokens of the fields that were set, in shared blocks too: bit `1 << token`.
  [[nodiscard]] std::uint64_t present() const noexcept { return headers_.present() | block_tokens_; }
  /// Whether a field of that name was set, in a shared block too.
  [[nodiscard]] bool has(http::header name) const noexcept {
    return (present() >> static_cast<unsigned>(name) & 1) != 0;
  }

  /// Sets a field (replacing those of its name) or adds one. The value is copied into the exchange's arena. Throws
  /// `std::invalid_argument` for bytes that a field value cannot have (RFC 9110, section 5.5), and for the codec's
  /// fields.
  response& header(http::header name, std::string_view value);
  response& header(std::string_view name, std::string_view value);
  response& add_header(http::header name, std::string_view value);
  response& add_header(std::string_view name, std::string_view value);
  response& remove_header(http::header name) noexcept {
    headers_.remove(name);
    return *this;
  }
  response& remove_header(std::string_view name) noexcept {
    headers_.remove(name);
    return *this;
  }
  /// Adds a field whose value is known to be valid and outlives the exchange or stands in its arena: nothing is copied
  /// or checked.
  response& header_unchecked(http::header name, std::string_view value) {
    headers_.add(name, value);
    return *this;
  }
  /// Adds fields rendered at start-up; the block must outlive the exchange. At most `max_blocks`; more throw.
  response& block(const http::header_block& fields) {
    if (block_count_ == max_blocks) throw std::length_error("too many header blocks on a response");
    blocks_[block_count_++] = &fields;
    block_tokens_ |= fields.present();
    return *this;
  }

  /// Sets Content-Type; `type` must be static text or stand in the arena.
  response& content_type(std::string_view type) {
    headers_.has(http::header::content_type) ? headers_.set(http::header::content_type, type)
                                             : headers_.add(http::header::content_type, type);
    return *this;
  }

  [[nodiscard]] std::string_view body() const noexcept { return body_; }
  /// The body as a view; it must outlive the exchange's answer: static text or the exchange's arena.
  response& body(std::string_view bytes) noexcept {
    body_ = bytes;
    return *this;
  }

  /// Back to an empty 200.
  void clear() noexcept {
    status_ = 200;
    headers_.clear();
    body_ = {};
    block_count_ = 0;
    block_tokens_ = 0;
  }

  static constexpr std::size_t max_blocks = 4;

 private:
  friend class exchange;
  void restart(arena& memory) noexcept {
    headers_.restart(storage_, memory);
    status_ = 200;
    body_ = {};
    block_count_ = 0;
    block_tokens_ = 0;
  }
  [[nodiscard]] http::response_head head() const noexcept {
    return {status_, &headers_, {blocks_.data(), block_count_}};
  }
  std::string_view checked(http::header name, std::string_view value) const;

  std::uint16_t status_ = 200;
  std::uint8_t block_count_ = 0;
  std::uint64_t block_tokens_ = 0;
  http::headers headers_;
  std::string_view body_;
  std::array<const http::header_block*, max_blocks> blocks_;
  std::array<http::header_field, 16> storage_;
};

}  // namespace candela
