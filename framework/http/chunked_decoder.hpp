// Takes a chunked body apart (RFC 9112, section 7.1), strictly; llhttp reads the same bytes and both must agree.
#pragma once

#include <candela/http/head_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace candela::http {

/// What a chunked body may cost beside its data.
struct chunk_limits {
  std::size_t max_extension_bytes = 256;     ///< of one chunk; 400 beyond it
  std::size_t max_trailer_bytes = 8 * 1024;  ///< of the trailer section; 431 beyond it
  std::size_t max_trailers = 32;             ///< 431 beyond it
};

enum class chunk_outcome : std::uint8_t { data, incomplete, complete, refused };

/// The state of one chunked body. Call `next` until it says `incomplete` (feed more bytes), `complete` or `refused`.
class chunked_decoder {
 public:
  explicit chunked_decoder(const chunk_limits& limits = {});
  chunked_decoder(chunked_decoder&&) noexcept;
  chunked_decoder& operator=(chunked_decoder&&) noexcept;
  ~chunked_decoder();

  /// Consumes from the front of `input` (which is shortened accordingly). `data`: `piece` is the next stretch of body
  /// bytes, a view into `input`'s memory. `complete`: the body and its trailers ended; `input` begins with what
  /// follows.
  [[nodiscard]] chunk_outcome next(std::string_view& input, std::string_view& piece, head_error& error) noexcept;

  /// Bytes of body that `next` gave so far.
  [[nodiscard]] std::uint64_t data_bytes() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::http
