// The vectorised reader of plain heads: a known method, an origin-form target, HTTP/1.1, exactly one Host, at most one
// Content-Length, no Transfer-Encoding, Upgrade, Expect or Trailer, Connection absent, `close` or `keep-alive`.
// Private.
#pragma once

#include <array>
#include <candela/http/detail/head_pattern.hpp>
#include <candela/http/head_parser.hpp>
#include <candela/http/request_head.hpp>

namespace candela::http::detail {

/// 32 times the same byte, for every ASCII character. They stand in memory, out of the compiler's sight: it would build
/// each from an immediate with three instructions, per head.
struct byte_pattern {
  alignas(32) char bytes[32];
};
[[gnu::visibility("hidden")]] extern const std::array<byte_pattern, 128> byte_patterns;

/// A set of ASCII characters: byte `low` of a row is a set of the upper halves that go with the lower half `low`. The
/// row stands twice, as vectors of 32 bytes look it up.
struct byte_set {
  alignas(32) char rows[32];
};
/// Bit `1 << upper` for each upper half of an ASCII character, nothing for others.
[[gnu::visibility("hidden")]] extern const byte_pattern byte_set_bits;
/// Letters, digits, '-' and '.': a part of the tokens, and of the host names, that is nearly all of them in practice.
[[gnu::visibility("hidden")]] extern const byte_set word_characters;
/// What may stand in a target but '%' and '?', which need a closer look.
[[gnu::visibility("hidden")]] extern const byte_set plain_target_characters;
/// 32 times 0xff and 32 times 0: 32 bytes from `32 - n` on select the first `n` of a block.
struct byte_ramp {
  char bytes[64];
};
[[gnu::visibility("hidden")]] extern const byte_ramp first_bytes;

/// Turns a token, which is ASCII, to lower case.
void lower_token(char* name, std::size_t size) noexcept;

/// Turns the names of fields without a token, which point into the head at `begin`, to lower case.
void lower_unknown_names(char* begin, const headers& fields) noexcept;

/// What `parse_head` is.
using head_reader = head_outcome(char* begin, char* end, const head_limits& limits, request_head& head,
                                 head_error& error) noexcept;

/// Reads a plain head in one pass and leaves every other to `otherwise`, whose answer it returns; `head` is unspecified
/// then and the bytes unchanged. What is accepted here the strict reader and llhttp accept too, with an equal result;
/// the tests and the fuzzer of heads hold it to that.
[[nodiscard]] head_outcome scan_plain_head(char* begin, char* end, const head_limits& limits, request_head& head,
                                           head_error& error, head_reader& otherwise) noexcept;

/// The same on what every x86-64 processor has.
[[nodiscard]] head_outcome scan_plain_head_sse2(char* begin, char* end, const head_limits& limits, request_head& head,
                                                head_error& error, head_reader& otherwise) noexcept;

/// The same on AVX2 and BMI; only where `avx2_available()`.
[[nodiscard]] head_outcome scan_plain_head_avx2(char* begin, char* end, const head_limits& limits, request_head& head,
                                                head_error& error, head_reader& otherwise) noexcept;

/// Reads a head at `begin` that resembles `known`, and makes `head` say what `parse_head` would say of it; `head` is
/// what `known` was described by or what the last call made of it, and its new values are views into the bytes at
/// `begin`. When it doesn't resemble `known`, is incomplete or breaks a rule it is false: then `head` and `known` are
/// of no more use.
[[nodiscard]] bool read_similar_head(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                                     request_head& head) noexcept;
/// The same on what every x86-64 processor has.
[[nodiscard]] bool read_similar_head_sse2(const char* begin, const char* end, const head_limits& limits,
                                          head_pattern& known, request_head& head) noexcept;
/// The same on AVX2 and BMI; only where `avx2_available()`.
[[nodiscard]] bool read_similar_head_avx2(const char* begin, const char* end, const head_limits& limits,
                                          head_pattern& known, request_head& head) noexcept;

[[nodiscard]] bool avx2_available() noexcept;

/// What `parse_head` does without the scanner: the strict reader and llhttp, which must agree.
[[nodiscard]] head_outcome parse_head_strictly(char* begin, char* end, const head_limits& limits, request_head& head,
                                               head_error& error) noexcept;

}  // namespace candela::http::detail
