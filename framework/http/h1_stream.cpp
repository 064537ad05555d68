#include <algorithm>
#include <candela/http/h1_connection.hpp>
#include <candela/http/h1_stream.hpp>
#include <candela/http/status.hpp>
#include <utility>

namespace candela::http {

head_framing h1_stream::frame(const response_head& head, std::optional<std::uint64_t> length) noexcept {
  head_framing framing;
  if (never_has_content(head.status)) {
    framing.framing = response_framing::none;
  } else if (length.has_value()) {
    framing.length = *length;
  } else if (minor_version_ == 0) {
    framing.framing = response_framing::close;
    keep_alive_ = false;
  } else {
    framing.framing = response_framing::chunked;
  }
  framing_ = framing.framing;
  return framing;
}

std::chrono::steady_clock::time_point h1_stream::body_due(const h1_connection& connection,
                                                          std::chrono::steady_clock::time_point now) noexcept {
  const h1_settings& settings = connection.context_.settings();
  const auto latest = now + settings.body_timeout;
  // What is only dropped has a bound of its own.
  if (connection.body_stream_ == nullptr || settings.body_rate == 0) return latest;
  h1_stream& self = *connection.body_stream_;
  const std::uint64_t position =
      connection.chunks_ != nullptr ? connection.chunks_->data_bytes() : ~connection.body_left_;
  const std::uint64_t arrived = position - std::exchange(self.body_position_, position);
  const bool began = self.body_due_ == std::chrono::steady_clock::time_point();
  if (began || !connection.reading_) return self.body_due_ = latest;
  constexpr std::uint64_t second = std::nano::den;
  const std::uint64_t earned = std::min(arrived, UINT64_MAX / second) * second / settings.body_rate;
  // Whoever was fast for a long time may not be slow for as long.
  return self.body_due_ = std::min(self.body_due_ + std::chrono::nanoseconds(earned), latest);
}

void h1_stream::start(const response_head& head, std::optional<std::uint64_t> length) {
  connection_.start(*this, head, length);
}

bool h1_stream::write(std::string_view piece) { return connection_.write(*this, piece); }
void h1_stream::finish() { connection_.finish(*this); }
void h1_stream::reset() { connection_.cut(cut_reason::peer_gone, true); }
void h1_stream::want_body() { connection_.want_body(*this); }
void h1_stream::credit(std::size_t bytes) { connection_.credit(*this, bytes); }

net::transport_ptr h1_stream::upgrade(const response_head& head, std::string& leftover) {
  return connection_.release(*this, head, leftover);
}

const net::transport& h1_stream::transport() const noexcept { return connection_.transport(); }

}  // namespace candela::http
