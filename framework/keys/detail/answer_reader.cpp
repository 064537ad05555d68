#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>
#include <candela/keys/detail/answer_reader.hpp>
#include <charconv>

namespace candela::keys::detail {

namespace {

constexpr std::size_t max_head_bytes = 16 * 1024;
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view line_end = "\r\n";

std::unexpected<error> refused(errc code, std::string text) { return std::unexpected(error(code, std::move(text))); }

bool read_number(std::string_view digits, std::uint64_t& value) noexcept {
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return wrong == std::errc() && end == digits.data() + digits.size();
}

std::expected<void, error> check_status(std::string_view line) {
  std::uint64_t status = 0;
  const bool http = line.size() >= 12 && (line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ")) &&
                    (line.size() == 12 || line[12] == ' ') && read_number(line.substr(9, 3), status);
  if (!http) return refused(errc::invalid, "no HTTP answer");
  if (status != 200) return refused(errc::refused, "answered with status " + std::to_string(status));
  return {};
}

// Calls `look` for each element of a list (RFC 9110, section 5.6.1).
template <class Look>
void for_each_element(std::string_view list, Look look) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    look(trim(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

// RFC 9111, section 5.2.2: what may not be kept is old at once.
std::optional<std::chrono::seconds> max_age_in(std::string_view directives) noexcept {
  std::optional<std::chrono::seconds> found;
  bool fresh = true;
  for_each_element(directives, [&](std::string_view each) {
    if (equal_ignoring_case(each, "no-store") || equal_ignoring_case(each, "no-cache")) fresh = false;
    constexpr std::string_view name = "max-age=";
    std::uint64_t seconds = 0;
    if (each.size() > name.size() && equal_ignoring_case(each.substr(0, name.size()), name) &&
        read_number(each.substr(name.size()), seconds)) {
      found = std::chrono::seconds(std::min<std::uint64_t>(seconds, 31'536'000));
    }
  });
  return fresh ? found : std::chrono::seconds(0);
}

}  // namespace

std::expected<void, error> answer_reader::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !http::is_token(line.substr(0, colon)))
    return refused(errc::invalid, "a malformed field");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equal_ignoring_case(name, "content-length")) {
    std::uint64_t length = 0;
    if (!read_number(value, length) || length_) return refused(errc::invalid, "a malformed length");
    length_ = length;
  } else if (equal_ignoring_case(name, "transfer-encoding")) {
    if (framing_ == framing::chunks || !equal_ignoring_case(value, "chunked"))
      return refused(errc::invalid, "an unknown transfer encoding");
    framing_ = framing::chunks;
  } else if (equal_ignoring_case(name, "content-encoding") && !equal_ignoring_case(value, "identity")) {
    return refused(errc::invalid, "an encoding that was not asked for");
  } else if (equal_ignoring_case(name, "connection")) {
    for_each_element(value, [this](std::string_view each) {
      if (equal_ignoring_case(each, "close")) persists_ = false;
    });
  } else if (equal_ignoring_case(name, "cache-control")) {
    max_age_ = max_age_in(value);
  }
  return {};
}

std::expected<void, error> answer_reader::read_head(std::string_view head) {
  std::size_t end = head.find(line_end);
  if (auto right = check_status(head.substr(0, end)); !right) return right;
  persists_ = head.starts_with("HTTP/1.1");
  while (end != std::string_view::npos) {
    head.remove_prefix(end + line_end.size());
    end = head.find(line_end);
    const std::string_view line = head.substr(0, end);
    if (line.empty()) break;
    if (auto right = read_field(line); !right) return right;
  }
  if (framing_ == framing::chunks && length_) return refused(errc::invalid, "two ways to find the body's end");
  if (length_) framing_ = framing::length;
  if (length_ && *length_ > max_bytes_) return refused(errc::too_large, "more than is accepted");
  head_read_ = true;
  return {};
}

std::expected<bool, error> answer_reader::take_chunks(std::string_view bytes) {
  held_.append(bytes);
  std::string_view left = held_;
  for (;;) {
    std::string_view piece;
    http::head_error wrong;
    const http::chunk_outcome outcome = chunks_.next(left, piece, wrong);
    if (outcome == http::chunk_outcome::refused) return refused(errc::invalid, "malformed chunks");
    if (outcome == http::chunk_outcome::complete) {
      has_surplus_ = !left.empty();
      return true;
    }
    if (outcome == http::chunk_outcome::incomplete) break;
    if (body_.size() + piece.size() > max_bytes_) return refused(errc::too_large, "more than is accepted");
    body_.append(piece);
  }
  held_ = std::string(left);
  return false;
}

std::expected<bool, error> answer_reader::take_body(std::string_view bytes) {
  if (framing_ == framing::chunks) return take_chunks(bytes);
  if (framing_ == framing::length) {
    has_surplus_ = bytes.size() > *length_ - body_.size();
    bytes = bytes.substr(0, *length_ - body_.size());
  }
  if (body_.size() + bytes.size() > max_bytes_) return refused(errc::too_large, "more than is accepted");
  body_.append(bytes);
  return framing_ == framing::length && body_.size() == *length_;
}

std::expected<bool, error> answer_reader::take(std::string_view bytes) {
  if (head_read_) return take_body(bytes);
  held_.append(bytes);
  const std::size_t end = held_.find(head_end);
  if (end == std::string::npos) {
    if (held_.size() > max_head_bytes) return refused(errc::too_large, "a head that is too long");
    return false;
  }
  const std::string all = std::exchange(held_, {});
  if (auto right = read_head(std::string_view(all).substr(0, end + head_end.size())); !right)
    return std::unexpected(std::move(right).error());
  return take_body(std::string_view(all).substr(end + head_end.size()));
}

std::expected<void, error> answer_reader::end() const {
  if (head_read_ && framing_ == framing::until_end) return {};
  return refused(errc::closed, "the connection ended within the answer");
}

}  // namespace candela::keys::detail
