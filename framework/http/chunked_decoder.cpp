// Joins the two judges of a chunked body: what one refuses or reads differently is refused.
#include <candela/http/chunked_decoder.hpp>
#include <candela/http/detail/chunk_reader.hpp>
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/llhttp_chunks.hpp>

namespace candela::http {

struct chunked_decoder::state {
  explicit state(const chunk_limits& limits) noexcept : reader(limits) {}

  detail::chunk_reader reader;
  detail::llhttp_chunks judge;
  std::uint64_t data_bytes = 0;
  bool refused = false;
  head_error error;
};

chunked_decoder::chunked_decoder(const chunk_limits& limits) : state_(std::make_unique<state>(limits)) {}
chunked_decoder::chunked_decoder(chunked_decoder&&) noexcept = default;
chunked_decoder& chunked_decoder::operator=(chunked_decoder&&) noexcept = default;
chunked_decoder::~chunked_decoder() = default;

std::uint64_t chunked_decoder::data_bytes() const noexcept { return state_->data_bytes; }

chunk_outcome chunked_decoder::next(std::string_view& input, std::string_view& piece, head_error& error) noexcept {
  piece = {};
  if (!state_->refused) {
    const std::string_view before = input;
    const chunk_outcome outcome = state_->reader.next(input, piece);
    const std::string_view taken = before.substr(0, before.size() - input.size());
    const bool agreed =
        state_->judge.agrees(taken, state_->reader.extension(), piece.size(), outcome == chunk_outcome::complete);
    if (agreed && outcome != chunk_outcome::refused) {
      state_->data_bytes += piece.size();
      return outcome;
    }
    state_->refused = true;
    state_->error = agreed ? state_->reader.error() : detail::errors::body_judges_disagree;
  }
  piece = {};
  error = state_->error;
  return chunk_outcome::refused;
}

}  // namespace candela::http
