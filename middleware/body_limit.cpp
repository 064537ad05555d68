#include <candela/middleware/body_limit.hpp>

#include <candela/server/extension.hpp>
#include <charconv>

namespace candela::middleware {

namespace {

constexpr std::uint64_t default_max_bytes = 1024 * 1024;

problem too_large() { return problem::too_large("The request's body is larger than this service accepts."); }

// The codec has seen to it that the value is one number; one that does not fit is too large for any limit.
std::uint64_t announced(std::string_view length) noexcept {
  std::uint64_t bytes = 0;
  const auto read = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return read.ec == std::errc() ? bytes : UINT64_MAX;
}

}  // namespace

body_limit::body_limit(stage_setup& setup) : max_bytes_(setup.options().size("max_bytes", default_max_bytes)) {}

step body_limit::on_request(exchange& x) {
  const http::headers& fields = x.request().headers();
  if (fields.has(http::header::transfer_encoding)) {
    x.filter_input(x.arena().make<counter>(max_bytes_));
  } else if (fields.has(http::header::content_length) &&
             announced(fields.get(http::header::content_length)) > max_bytes_) {
    x.fail(too_large());
    return step::done;
  }
  return step::next;
}

std::optional<problem> body_limit::counter::on_chunk(exchange&, std::string_view piece, body_sink& out) {
  if (piece.size() > left_) return too_large();
  left_ -= piece.size();
  out.append(piece);
  return std::nullopt;
}

std::optional<problem> body_limit::counter::on_end(exchange&, body_sink&) { return std::nullopt; }

CANDELA_STAGE("body_limit", body_limit);

}  // namespace candela::middleware
