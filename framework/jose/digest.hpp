// SHA-256, whole or piece by piece: what tokens and records name other bytes by.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct evp_md_ctx_st;

namespace candela::jose {

using sha256_digest = std::array<std::byte, 32>;

/// The digest of `bytes`, by a context that the calling thread keeps. Throws `std::bad_alloc`.
[[nodiscard]] sha256_digest sha256(std::span<const std::byte> bytes);
[[nodiscard]] inline sha256_digest sha256(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

/// A digest of bytes that come one after the other. One thread at a time.
class sha256_stream {
 public:
  /// Throws `std::bad_alloc`.
  sha256_stream();
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
  /// The digest of all that was added; the stream then begins again.
  [[nodiscard]] sha256_digest finish();

 private:
  struct context_free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  void begin();

  std::unique_ptr<evp_md_ctx_st, context_free> context_;
};

}  // namespace candela::jose
