#include <algorithm>
#include <array>
#include <candela/core/text.hpp>
#include <candela/http/date.hpp>
#include <candela/http/h1_head_writer.hpp>
#include <candela/http/status.hpp>
#include <cstring>

namespace candela::http {

namespace {

constexpr std::string_view ok_line = "HTTP/1.1 200 OK\r\n";

/// A field name with its colon and space, in a place of a fixed size: copying that size costs a few moves and no call.
struct rendered_name {
  static constexpr std::size_t capacity = 48;
  char text[capacity] = {};
  std::size_t size = 0;
};

consteval std::array<rendered_name, header_count> render_names() {
  std::array<rendered_name, header_count> names;
  for (std::size_t i = 1; i != header_count; ++i) {
    for (const char letter : canonical_name(static_cast<header>(i))) names[i].text[names[i].size++] = letter;
    names[i].text[names[i].size++] = ':';
    names[i].text[names[i].size++] = ' ';
  }
  return names;
}

constexpr std::array<rendered_name, header_count> rendered_names = render_names();

char* put(char* target, std::string_view text) noexcept { return copy_short(target, text); }

// A copy whose length the compiler knows costs one or two moves.
template <std::size_t Size>
char* put_literal(char* target, const char (&text)[Size]) noexcept {
  std::memcpy(target, text, Size - 1);
  return target + Size - 1;
}

char* put_field(char* target, const header_field& field) noexcept {
  if (field.token != header::unknown) {
    const rendered_name& name = rendered_names[static_cast<std::size_t>(field.token)];
    std::memcpy(target, name.text, rendered_name::capacity);
    target += name.size;
  } else {
    target = put_literal(put(target, field.name), ": ");
  }
  return put_literal(put(target, field.value), "\r\n");
}

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

char* h1_head_writer::write_usual(char* target, char* limit, const response_head& head,
                                  std::uint64_t length) const noexcept {
  // Every check leaves room for the copies of a fixed size and the end of the head.
  const auto fits = [&](std::size_t bytes) { return static_cast<std::size_t>(limit - target) >= bytes + fixed_bound; };
  if (head.status != 200 || start_bytes_ > usual_start || !fits(0)) return nullptr;
  std::memcpy(target, ok_start_.data(), usual_start);
  target += start_bytes_;
  for (const header_field& field : *head.fields) {
    if (!fits(field.name.size() + field.value.size())) return nullptr;
    target = put_field(target, field);
  }
  for (const header_block* block : head.blocks) {
    if (!fits(block->rendered().size())) return nullptr;
    target = put(target, block->rendered());
  }
  target = put_literal(target, "Content-Length: ");
  target = write_decimal(target, length);
  return put_literal(target, "\r\n\r\n");
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
