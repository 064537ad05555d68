#include <algorithm>
#include <candela/core/detail/log_record.hpp>
#include <cstring>

namespace candela::log::detail {

namespace {

std::string_view cut(std::string_view text) noexcept { return text.substr(0, max_text_bytes); }
std::span<const field> cut(std::span<const field> fields) noexcept {
  return fields.first(std::min(fields.size(), max_fields));
}

template <class Value>
char* put(char* out, const Value& value) noexcept {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

char* put_text(char* out, std::string_view text) noexcept {
  out = put(out, static_cast<std::uint16_t>(text.size()));
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put_value(char* out, const field& value) noexcept {
  switch (value.type()) {
    case field::kind::text: return put_text(out, cut(value.text()));
    case field::kind::signed_integer: return put(out, value.signed_integer());
    case field::kind::unsigned_integer: return put(out, value.unsigned_integer());
    case field::kind::real: return put(out, value.real());
    case field::kind::boolean: return put(out, value.boolean());
  }
  return out;
}

std::size_t value_bytes(const field& value) noexcept {
  if (value.type() == field::kind::text) return sizeof(std::uint16_t) + cut(value.text()).size();
  return value.type() == field::kind::boolean ? sizeof(bool) : sizeof(std::uint64_t);
}

}  // namespace

std::size_t encoded_bytes(std::string_view text, std::span<const field> fields) noexcept {
  std::size_t bytes = sizeof(record_head) + cut(text).size();
  for (const field& each : cut(fields)) {
    bytes += sizeof(field::kind) + sizeof(std::uint16_t) + cut(each.name()).size() + value_bytes(each);
  }
  return bytes;
}

void encode_record(char* out, record_head head, std::string_view text, std::span<const field> fields) noexcept {
  text = cut(text);
  fields = cut(fields);
  head.text_bytes = static_cast<std::uint32_t>(text.size());
  head.fields = static_cast<std::uint16_t>(fields.size());
  out = put(out, head);
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  out += text.size();
  for (const field& each : fields) {
    out = put(out, each.type());
    out = put_text(out, cut(each.name()));
    out = put_value(out, each);
  }
}

record_reader::record_reader(std::span<const char> record) noexcept : at_(record.data()) {
  head_ = take<record_head>();
  text_ = {at_, head_.text_bytes};
  at_ += head_.text_bytes;
}

template <class Value>
Value record_reader::take() noexcept {
  Value value;
  std::memcpy(&value, at_, sizeof value);
  at_ += sizeof value;
  return value;
}

std::string_view record_reader::take_text() noexcept {
  const auto bytes = take<std::uint16_t>();
  const std::string_view text(at_, bytes);
  at_ += bytes;
  return text;
}

field record_reader::next_field() noexcept {
  const auto kind = take<field::kind>();
  const std::string_view name = take_text();
  switch (kind) {
    case field::kind::signed_integer: return {name, take<std::int64_t>()};
    case field::kind::unsigned_integer: return {name, take<std::uint64_t>()};
    case field::kind::real: return {name, take<double>()};
    case field::kind::boolean: return {name, take<bool>()};
    case field::kind::text: break;
  }
  return {name, take_text()};
}

}  // namespace candela::log::detail
