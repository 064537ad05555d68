#include <algorithm>
#include <candela/core/detail/log_format.hpp>
#include <candela/core/text.hpp>
#include <charconv>
#include <chrono>
#include <cmath>

namespace candela::log::detail {

namespace {

bool continues(std::string_view text, std::size_t at, unsigned char low = 0x80, unsigned char high = 0xbf) noexcept {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= low && byte <= high;
}

// How many bytes the character at the start of `text` takes (table 3-7 of the Unicode standard); 0 if it is none.
std::size_t character_bytes(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(text, 1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned char low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : 0xbf;
    return continues(text, 1, low, high) && continues(text, 2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned char low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(text, 1, low, high) && continues(text, 2) && continues(text, 3) ? 4 : 0;
  }
  return 0;
}

void append_hex_byte(std::string& out, char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += digits[static_cast<unsigned char>(byte) >> 4];
  out += digits[static_cast<unsigned char>(byte) & 15];
}

// The letter after the backslash for the control characters that have one; 0 for the others.
char short_escape(char byte) noexcept {
  switch (byte) {
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\\': return '\\';
    case '"': return '"';
    default: return 0;
  }
}

bool is_control(std::string_view character) noexcept {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead < 0x20 || lead == 0x7f;
  // U+0080 to U+009F: some terminals obey them as they obey escape sequences.
  return character.size() == 2 && lead == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, written.ptr);
}

bool is_bare(std::string_view value) noexcept {
  const auto plain = [](char byte) { return byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\' && byte != '='; };
  return !value.empty() && std::ranges::all_of(value, plain);
}

void append_quoted(std::string& out, std::string_view value) {
  if (is_bare(value)) {
    out += value;
    return;
  }
  out += '"';
  append_text_escaped(out, value, true);
  out += '"';
}

// A value that isn't text; the same in both formats, but JSON knows no infinity.
void append_plain(std::string& out, const field& value, bool json) {
  switch (value.type()) {
    case field::kind::signed_integer: append_number(out, value.signed_integer()); break;
    case field::kind::unsigned_integer: append_number(out, value.unsigned_integer()); break;
    case field::kind::boolean: out += value.boolean() ? "true" : "false"; break;
    case field::kind::real:
      if (json && !std::isfinite(value.real())) {
        out += "null";
      } else {
        append_number(out, value.real());
      }
      break;
    case field::kind::text: break;
  }
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":\"");
  append_json_escaped(out, value);
  out += '"';
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    if (const char letter = short_escape(text[0])) {
      out.append("\\").push_back(letter);
    } else if (bytes == 1 && is_control(text.substr(0, 1))) {
      out += "\\u00";
      append_hex_byte(out, text[0]);
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
}

void append_text_escaped(std::string& out, std::string_view text, bool quotes) {
  while (!text.empty()) {
    const std::size_t valid = character_bytes(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(valid, 1));
    const char letter = short_escape(character[0]);
    if (letter != 0 && (letter != '"' || quotes)) {
      out.append("\\").push_back(letter);
    } else if (valid == 0 || is_control(character)) {
      for (const char byte : character) {
        out += "\\x";
        append_hex_byte(out, byte);
      }
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
}

void log_formatter::append(std::string& out, format style, record_reader record) {
  style == format::json ? append_json(out, record) : append_text(out, record);
  out += '\n';
}

void log_formatter::append_time(std::string& out, std::int64_t time_ns) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(nanoseconds(time_ns));
  if (whole.count() != second_) {
    const auto day = floor<days>(whole);
    const year_month_day date{sys_days(day)};
    const hh_mm_ss<seconds> time(whole - day);
    char text[24];
    char* at = write_padded_decimal(text, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    *at++ = '-';
    at = write_padded_decimal(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = write_padded_decimal(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = write_padded_decimal(at, static_cast<std::uint64_t>(time.hours().count()), 2);
    *at++ = ':';
    at = write_padded_decimal(at, static_cast<std::uint64_t>(time.minutes().count()), 2);
    *at++ = ':';
    at = write_padded_decimal(at, static_cast<std::uint64_t>(time.seconds().count()), 2);
    date_.assign(text, at);
    second_ = whole.count();
  }
  char fraction[6];
  const auto micros = static_cast<std::uint64_t>((time_ns - second_ * 1'000'000'000) / 1000);
  out.append(date_).append(".").append(fraction, write_padded_decimal(fraction, micros, 6)).append("Z");
}

void log_formatter::append_text(std::string& out, record_reader& record) {
  const record_head& head = record.head();
  append_time(out, head.time_ns);
  const std::string_view severity = name_of(head.severity);
  out.append(" ").append(severity).append(6 - severity.size(), ' ');
  if (head.channel != &main_channel) {
    out += '[';
    append_text_escaped(out, head.channel->name, false);
    out += "] ";
  }
  append_text_escaped(out, record.text(), false);
  for (unsigned i = 0; i != head.fields; ++i) {
    const field each = record.next_field();
    out += ' ';
    append_quoted(out, each.name());
    out += '=';
    each.type() == field::kind::text ? append_quoted(out, each.text()) : append_plain(out, each, false);
  }
}

void log_formatter::append_json(std::string& out, record_reader& record) {
  const record_head& head = record.head();
  out += "{\"time\":\"";
  append_time(out, head.time_ns);
  out += '"';
  append_member(out, "level", name_of(head.severity));
  append_member(out, "logger", head.channel->name);
  append_member(out, "message", record.text());
  for (unsigned i = 0; i != head.fields; ++i) {
    const field each = record.next_field();
    out += ",\"";
    append_json_escaped(out, each.name());
    out += "\":";
    if (each.type() == field::kind::text) {
      out += '"';
      append_json_escaped(out, each.text());
      out += '"';
    } else {
      append_plain(out, each, true);
    }
  }
  out += '}';
}

}  // namespace candela::log::detail
