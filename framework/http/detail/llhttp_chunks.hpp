// llhttp as the second judge of a chunked body. Private.
#pragma once

#include <llhttp.h>

#include <cstddef>
#include <string_view>

namespace candela::http::detail {

/// Reads the bytes that our own reader took and tells whether both saw the same in them. Stays where it was made: the
/// parser points to it.
class llhttp_chunks {
 public:
  llhttp_chunks() noexcept;
  llhttp_chunks(const llhttp_chunks&) = delete;
  llhttp_chunks& operator=(const llhttp_chunks&) = delete;

  /// Whether llhttp accepts `bytes` as the continuation, finds `data_bytes` of data in them, and finds the end of the
  /// body at their end exactly when `complete`. It is not shown `extension`, a part of `bytes` or empty: what an
  /// extension may look like, its versions do not agree on (8 takes no name behind a value).
  [[nodiscard]] bool agrees(std::string_view bytes, std::string_view extension, std::size_t data_bytes,
                            bool complete) noexcept;

 private:
  [[nodiscard]] bool accepts(std::string_view bytes) noexcept;
  static int on_body(llhttp_t* parser, const char* at, std::size_t length);
  static int on_message_complete(llhttp_t* parser);
  static const llhttp_settings_t& settings() noexcept;

  llhttp_t parser_;
  std::size_t data_bytes_ = 0;
  bool complete_ = false;
};

}  // namespace candela::http::detail
