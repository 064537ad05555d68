// The state machine of a chunked body; every byte outside of the data passes through `step`.
#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/chunk_reader.hpp>
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/name_table.hpp>
#include <candela/http/header_name.hpp>
#include <limits>

namespace candela::http::detail {
namespace {

// Framing, routing, connection, credentials and what says how to read the content (RFC 9110, section 6.5.1).
constexpr std::uint64_t forbidden_trailers =
    header_bit(header::authorization) | header_bit(header::cache_control) | header_bit(header::connection) |
    header_bit(header::content_encoding) | header_bit(header::content_length) | header_bit(header::content_range) |
    header_bit(header::content_type) | header_bit(header::cookie) | header_bit(header::expect) |
    header_bit(header::forwarded) | header_bit(header::host) | header_bit(header::if_match) |
    header_bit(header::if_modified_since) | header_bit(header::if_none_match) | header_bit(header::if_range) |
    header_bit(header::if_unmodified_since) | header_bit(header::keep_alive) | header_bit(header::range) |
    header_bit(header::set_cookie) | header_bit(header::te) | header_bit(header::trailer) |
    header_bit(header::transfer_encoding) | header_bit(header::upgrade) | header_bit(header::x_forwarded_for);

}  // namespace

chunk_outcome chunk_reader::next(std::string_view& input, std::string_view& piece) noexcept {
  extension_ = {};
  while (place_ != place::complete) {
    if (input.empty()) return chunk_outcome::incomplete;
    if (place_ == place::data) return take_data(input, piece);
    step(input.front());
    if (place_ == place::refused) return chunk_outcome::refused;
    if (in_extension()) extension_ = {input.data() - extension_.size(), extension_.size() + 1};
    input.remove_prefix(1);
  }
  return chunk_outcome::complete;
}

chunk_outcome chunk_reader::take_data(std::string_view& input, std::string_view& piece) noexcept {
  piece = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size())));
  input.remove_prefix(piece.size());
  remaining_ -= piece.size();
  if (remaining_ == 0) place_ = place::data_end;
  return chunk_outcome::data;
}

void chunk_reader::refuse(const head_error& error) noexcept {
  error_ = &error;
  place_ = place::refused;
}

void chunk_reader::expect(char c, char expected, place following, const head_error& error) noexcept {
  if (c != expected) return refuse(error);
  place_ = following;
}

void chunk_reader::step(char c) noexcept {
  switch (place_) {
    case place::size_start:
    case place::size: return step_size(c);
    case place::size_line_end:
      if (c != '\n') return refuse(errors::bare_cr);
      return end_size_line();
    case place::data_end: return expect(c, '\r', place::data_line_end, errors::chunk_end_missing);
    case place::data_line_end: return expect(c, '\n', place::size_start, errors::chunk_end_missing);
    case place::last_line_end: return expect(c, '\n', place::complete, errors::bare_cr);
    case place::trailer_start:
    case place::trailer_name:
    case place::trailer_value:
    case place::trailer_line_end: return step_trailer(c);
    case place::data:
    case place::complete:
    case place::refused: return;
    default: return step_extension(c);
  }
}

void chunk_reader::step_size(char c) noexcept {
  if (!is(c, hex_character)) {
    return place_ == place::size_start ? refuse(errors::chunk_size_malformed) : step_size_end(c);
  }
  if (place_ == place::size_start) {
    digits_ = 0;
    extension_bytes_ = 0;
    place_ = place::size;
  }
  if (++digits_ > 16) return refuse(errors::chunk_size_overflow);
  remaining_ = remaining_ << 4 | hex_value(c);
  if (remaining_ > std::numeric_limits<std::int64_t>::max()) refuse(errors::chunk_size_overflow);
}

void chunk_reader::step_size_end(char c) noexcept {
  if (c == '\r') {
    place_ = place::size_line_end;
  } else if (c == ';') {
    extension_bytes_ = 1;
    place_ = place::extension_start;
    if (limits_.max_extension_bytes == 0) refuse(errors::chunk_extension_too_long);
  } else {
    refuse(c == '\n' ? errors::bare_lf : errors::chunk_size_malformed);
  }
}

void chunk_reader::end_size_line() noexcept { place_ = remaining_ == 0 ? place::trailer_start : place::data; }

void chunk_reader::step_extension(char c) noexcept {
  const place following = after_extension(c);
  if (following == place::size_line_end) {
    place_ = following;
  } else if (++extension_bytes_ > limits_.max_extension_bytes) {
    refuse(errors::chunk_extension_too_long);
  } else if (following == place::refused) {
    refuse(c == '\n' ? errors::bare_lf : errors::chunk_extension_malformed);
  } else {
    place_ = following;
  }
}

// *( ";" token [ "=" ( token / quoted-string ) ] ), without the bad whitespace that others may forgive.
chunk_reader::place chunk_reader::after_extension(char c) const noexcept {
  const bool token = is(c, token_character);
  switch (place_) {
    case place::extension_start: return token ? place::extension_name : place::refused;
    case place::extension_value:
      if (c == '"') return place::extension_quoted;
      return token ? place::extension_token : place::refused;
    case place::extension_quoted:
      if (c == '"') return place::extension_end;
      if (c == '\\') return place::extension_escaped;
      return is(c, value_character) ? place::extension_quoted : place::refused;
    case place::extension_escaped: return is(c, value_character) ? place::extension_quoted : place::refused;
    default: break;
  }
  if (c == '\r') return place::size_line_end;
  if (c == ';') return place::extension_start;
  if (c == '=' && place_ == place::extension_name) return place::extension_value;
  return token && place_ != place::extension_end ? place_ : place::refused;
}

void chunk_reader::step_trailer(char c) noexcept {
  if (place_ == place::trailer_start && c == '\r') {
    place_ = place::last_line_end;
    return;
  }
  if (++trailer_bytes_ > limits_.max_trailer_bytes) return refuse(errors::trailers_too_large);
  switch (place_) {
    case place::trailer_start: return begin_trailer(c);
    case place::trailer_name: return step_trailer_name(c);
    case place::trailer_value: return step_trailer_value(c);
    default: return expect(c, '\n', place::trailer_start, errors::bare_cr);
  }
}

void chunk_reader::begin_trailer(char c) noexcept {
  if (c == ' ' || c == '\t') return refuse(trailers_ == 0 ? errors::whitespace_before_header : errors::folded_line);
  if (++trailers_ > limits_.max_trailers) return refuse(errors::too_many_trailers);
  if (c == ':') return refuse(errors::empty_field_name);
  name_size_ = 0;
  place_ = place::trailer_name;
  step_trailer_name(c);
}

void chunk_reader::step_trailer_name(char c) noexcept {
  if (is(c, token_character)) {
    if (name_size_ != name_bytes) name_[name_size_++] = to_lower(c);
    return;
  }
  if (c == ':') {
    place_ = place::trailer_value;
    if (forbidden_trailer()) refuse(errors::trailer_forbidden);
    return;
  }
  if (c == '\n') return refuse(errors::bare_lf);
  if (c == '\r') return refuse(errors::missing_colon);
  refuse(c == ' ' || c == '\t' ? errors::space_before_colon : errors::field_name_character);
}

void chunk_reader::step_trailer_value(char c) noexcept {
  if (is(c, value_character)) return;
  if (c == '\r') {
    place_ = place::trailer_line_end;
  } else if (c == '\n') {
    refuse(errors::bare_lf);
  } else {
    refuse(c == '\0' ? errors::nul_in_value : errors::control_in_value);
  }
}

bool chunk_reader::forbidden_trailer() const noexcept {
  const std::string_view name(name_, name_size_);
  // The one name that no standard knows, but that some heed like Connection.
  return (forbidden_trailers & header_bit(token_of(name))) != 0 || name == "proxy-connection";
}

}  // namespace candela::http::detail
