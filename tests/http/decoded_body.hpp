// A chunked body decoded from pieces of one size, as one comparable value.
#pragma once

#include <candela/http/chunked_decoder.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace candela::http::testing {

struct decoded_body {
  chunk_outcome outcome = chunk_outcome::incomplete;
  std::string data;
  std::string rest;  // what follows the body; nothing after a refusal
  std::string code;
  unsigned status = 0;

  bool operator==(const decoded_body&) const = default;

  static decoded_body of(std::string_view input, std::size_t piece_size, const chunk_limits& limits = {}) {
    decoded_body body;
    chunked_decoder decoder(limits);
    while (!input.empty() && body.outcome == chunk_outcome::incomplete) {
      const std::size_t fed = std::min(piece_size, input.size());
      const std::size_t left = body.feed(decoder, input.substr(0, fed));
      input.remove_prefix(fed - left);
    }
    if (body.outcome != chunk_outcome::refused) body.rest = input;
    return body;
  }

 private:
  // The bytes stand in a block of exactly their size, so that the address sanitizer sees a read beyond them.
  std::size_t feed(chunked_decoder& decoder, std::string_view bytes) {
    const std::unique_ptr<char[]> block(new char[bytes.size()]);
    std::memcpy(block.get(), bytes.data(), bytes.size());
    std::string_view input(block.get(), bytes.size());
    std::string_view piece;
    head_error error;
    while ((outcome = decoder.next(input, piece, error)) == chunk_outcome::data) data += piece;
    if (outcome == chunk_outcome::refused) {
      code = error.code;
      status = error.status;
    }
    return input.size();
  }
};

}  // namespace candela::http::testing
