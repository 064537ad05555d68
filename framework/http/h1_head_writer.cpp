#include <algorithm>
#include <array>
#include <candela/core/text.hpp>
#include <candela/http/date.hpp>
#include <candela/http/detail/usual_head.hpp>
#include <candela/http/h1_head_writer.hpp>
#include <candela/http/status.hpp>
#include <cstring>

namespace candela::http {

using namespace detail;

namespace {

constexpr std::string_view ok_line = "HTTP/1.1 200 OK\r\n";

char* put_framing(char* target, const head_framing& framing) noexcept {
  switch (framing.framing) {
    case response_framing::length:
      target = put_literal(target, "Content-Length: ");
      target = write_decimal(target, framing.length);
      target = put_literal(target, "\r\n");
      break;
    case response_framing::chunked: target = put_literal(target, "Transfer-Encoding: chunked\r\n"); break;
    case response_framing::none:
    case response_framing::close: break;
  }
  if (framing.announce_close) [[unlikely]]
    return put_literal(target, "Connection: close\r\n");
  if (framing.announce_keep_alive) [[unlikely]]
    return put_literal(target, "Connection: keep-alive\r\n");
  return target;
}

}  // namespace

h1_head_writer::h1_head_writer(std::string_view server) : ok_start_(ok_line) {
  common_at_ = ok_start_.size();
  if (!server.empty()) ok_start_.append("Server: ").append(server).append("\r\n");
  ok_start_.append("Date: ");
  date_at_ = ok_start_.size();
  ok_start_.append(date_bytes, ' ').append("\r\n");
  start_bytes_ = ok_start_.size();
  usual_below_ = start_bytes_ <= usual_start ? usual_fields + 1 : 0;
  ok_start_.resize(std::max(start_bytes_, usual_start), ' ');
}

void h1_head_writer::renew(std::chrono::sys_seconds second) noexcept {
  write_date(ok_start_.data() + date_at_, second);
  rendered_at_ = second;
  renew_at_ = second + std::chrono::seconds(1);
}

char* h1_head_writer::write_start(char* target, std::uint16_t status) const noexcept {
  target = put_literal(target, "HTTP/1.1 ");
  target = write_decimal(target, status);
  *target++ = ' ';
  target = put(target, reason_of(status));
  target = put_literal(target, "\r\n");
  return put(target, std::string_view(ok_start_).substr(common_at_, start_bytes_ - common_at_));
}

char* h1_head_writer::put_blocks(char* target, const char* limit, const response_head& head) noexcept {
  for (const header_block* block : head.blocks) {
    const std::string_view lines = block->rendered();
    if (static_cast<std::size_t>(limit - target) < lines.size()) return nullptr;
    target = static_cast<char*>(std::memcpy(target, lines.data(), lines.size())) + lines.size();
  }
  return target;
}

char* h1_head_writer::write(char* target, const response_head& head, const head_framing& framing) const noexcept {
  if (head.status == 200 && start_bytes_ <= usual_start) [[likely]] {
    std::memcpy(target, ok_start_.data(), usual_start);
    target += start_bytes_;
  } else {
    target = write_start(target, head.status);
  }
  for (const header_field& field : *head.fields) target = put_field(target, field);
  for (const header_block* block : head.blocks) target = put(target, block->rendered());
  target = put_framing(target, framing);
  return put_literal(target, "\r\n");
}

}  // namespace candela::http
